package io.github.reactorudf.arrow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** Takes the batches out of an {@link ArrowReader}, which loads each into the same vectors. */
public final class ReaderSource implements BatchSource {
    private final ArrowReader reader;
    private final Map<Long, SharedDictionary> dictionaries = new HashMap<>();

    /** Takes over {@code reader}, and closes it with itself. */
    public ReaderSource(ArrowReader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable DecodedBatch next() throws IOException {
        if (!reader.loadNextBatch()) {
            return null;
        }
        takeDictionaries(reader.getDictionaryVectors());
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        int rowCount = root.getRowCount();
        List<FieldVector> columns = take(root);
        Map<Long, SharedDictionary> owned = Map.copyOf(dictionaries);
        owned.values().forEach(SharedVector::retain);
        return new DecodedBatch(root.getSchema(), rowCount, columns, owned);
    }

    /** Moves the columns out of {@code root}, which is left with no rows. */
    public static List<FieldVector> take(VectorSchemaRoot root) {
        List<FieldVector> columns = new ArrayList<>();
        try {
            for (FieldVector vector : root.getFieldVectors()) {
                columns.add(Vectors.view(vector, vector.getField()));
            }
        } catch (Throwable e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
        root.clear();
        return columns;
    }

    /** Readers load dictionaries into the same vectors too, some with every batch whether they changed or not. */
    private void takeDictionaries(Map<Long, Dictionary> loaded) {
        loaded.forEach((id, dictionary) -> {
            FieldVector values = dictionary.getVector();
            SharedDictionary before = dictionaries.get(id);
            if (before == null || !VectorEqualsVisitor.vectorEquals(before.vector(), values)) {
                FieldVector view = Vectors.view(values, values.getField());
                dictionaries.put(id, new SharedDictionary(new Dictionary(view, dictionary.getEncoding())));
                if (before != null) {
                    before.release();
                }
            }
        });
    }

    @Override
    public void close() throws IOException {
        dictionaries.values().forEach(SharedVector::release);
        dictionaries.clear();
        reader.close();
    }
}
