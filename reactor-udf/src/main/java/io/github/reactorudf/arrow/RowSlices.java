package io.github.reactorudf.arrow;

import java.util.stream.IntStream;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;

/** Successive rows of vectors: values are shared where the layout allows it, and else copied. */
public final class RowSlices {

    private RowSlices() {}

    /**
     * A vector of its own of the rows from {@code start} on.
     *
     * @param field the vector's, as its batch's schema has it
     */
    public static FieldVector of(FieldVector vector, Field field, int start, int rows) {
        if (!isSlicedByArrow(vector)) {
            return RowCopies.of(
                    vector, field, IntStream.range(start, start + rows).toArray());
        }
        TransferPair slice = vector.getTransferPair(field, vector.getAllocator());
        slice.splitAndTransfer(start, rows);
        return (FieldVector) slice.getTo();
    }

    private static boolean isSlicedByArrow(FieldVector vector) {
        return vector instanceof BaseFixedWidthVector
                || vector instanceof BaseVariableWidthVector
                || vector instanceof BaseLargeVariableWidthVector;
    }
}
