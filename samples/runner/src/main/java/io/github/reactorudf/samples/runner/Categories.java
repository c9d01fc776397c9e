package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Dictionary-encoded columns, which pandas calls categories, as the values that they stand for: DuckDB has no such
 * type.
 */
final class Categories {

    private Categories() {}

    /** Columns, some of which were made for the purpose; closing gives up those. */
    record Decoded(List<FieldVector> vectors, List<FieldVector> made) implements AutoCloseable {

        @Override
        public void close() {
            made.forEach(FieldVector::close);
        }
    }

    /** Refuses categories within lists and structs, which are not decoded. */
    static void check(Schema schema, String format) {
        for (Field field : schema.getFields()) {
            if (field.getChildren().stream().anyMatch(Categories::within)) {
                throw new IllegalArgumentException("The column " + field.getName()
                        + " holds categories within lists or structs, which cannot be written to " + format);
            }
        }
    }

    private static boolean within(Field field) {
        return field.getDictionary() != null || field.getChildren().stream().anyMatch(Categories::within);
    }

    /** The columns of {@code batch}, to be read while both are open. */
    static Decoded decode(RecordBatch batch, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>();
        List<FieldVector> made = new ArrayList<>();
        for (FieldVector vector : batch.columns()) {
            DictionaryEncoding encoding = vector.getField().getDictionary();
            if (encoding == null) {
                vectors.add(vector);
                continue;
            }
            Dictionary dictionary = batch.dictionaries().lookup(encoding.getId());
            FieldVector values = (FieldVector) DictionaryEncoder.decode(vector, dictionary, allocator);
            made.add(values);
            vectors.add(values);
        }
        return new Decoded(vectors, made);
    }
}
