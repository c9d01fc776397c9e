package io.github.reactorudf.arrow;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/** Reads the columns of a batch at their indexes; Arrow's bounds checks throw where one leaves the buffers. */
final class EveryIndex {

    private static final int ROWS = 1000;

    private final Map<Long, SharedDictionary> dictionaries;

    private EveryIndex(Map<Long, SharedDictionary> dictionaries) {
        this.dictionaries = dictionaries;
    }

    static void read(DecodedBatch batch) {
        EveryIndex reader = new EveryIndex(batch.dictionaries());
        batch.columns().forEach(reader::read);
    }

    private void read(FieldVector vector) {
        for (int row = 0; row < Math.min(ROWS, vector.getValueCount()); row++) {
            if (!vector.isNull(row)) {
                read(vector, row);
            }
        }
        vector.getChildrenFromFields().forEach(this::read);
    }

    /** Values below are read by themselves: through lists of lists there can be more of them than bytes. */
    private void read(FieldVector vector, int row) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding != null) {
            long index = ((BaseIntVector) vector).getValueAsLong(row);
            int size = dictionaries.get(encoding.getId()).vector().getValueCount();
            assertTrue(index >= 0 && index < size, () -> "index " + index + " of " + size);
        } else if (vector instanceof BaseListVector list) {
            int values = vector.getChildrenFromFields().get(0).getValueCount();
            int start = list.getElementStartIndex(row);
            int end = list.getElementEndIndex(row);
            assertTrue(start >= 0 && start <= end && end <= values, () -> start + " to " + end + " of " + values);
        } else if (vector.getChildrenFromFields().isEmpty()) {
            vector.getObject(row);
        }
    }
}
