package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Dictionary-encoded columns, which pandas calls categories, as the values that they stand for: Parquet has no such
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

    static boolean any(Schema schema) {
        return schema.getFields().stream().anyMatch(field -> field.getDictionary() != null);
    }

    /**
     * {@code schema} with the values' types, of which {@code dictionaries} tell; those of no batch at all may be
     * strings.
     */
    static Schema decoded(Schema schema, Optional<? extends DictionaryProvider> dictionaries) {
        List<Field> fields = new ArrayList<>();
        for (Field field : schema.getFields()) {
            if (field.getChildren().stream().anyMatch(Categories::within)) {
                throw new IllegalArgumentException("The column " + field.getName()
                        + " holds categories within lists or structs, which cannot be written to Parquet");
            }
            fields.add(field.getDictionary() == null ? field : values(field, dictionaries));
        }
        return new Schema(fields);
    }

    private static Field values(Field field, Optional<? extends DictionaryProvider> dictionaries) {
        long id = field.getDictionary().getId();
        Optional<Field> values = dictionaries
                .map(all -> all.lookup(id))
                .map(Dictionary::getVector)
                .map(FieldVector::getField);
        return new Field(
                field.getName(),
                new FieldType(field.isNullable(), values.map(Field::getType).orElse(ArrowType.Utf8.INSTANCE), null),
                values.map(Field::getChildren).orElse(List.of()));
    }

    private static boolean within(Field field) {
        return field.getDictionary() != null || field.getChildren().stream().anyMatch(Categories::within);
    }

    /** The columns of {@code batch}, to be read while both are open. */
    static Decoded decode(RecordBatch batch, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>();
        List<FieldVector> made = new ArrayList<>();
        List<Field> fields = batch.schema().getFields();
        for (int i = 0; i < fields.size(); i++) {
            FieldVector vector = batch.columns().get(i);
            if (fields.get(i).getDictionary() != null) {
                Dictionary dictionary = batch.dictionaries()
                        .lookup(fields.get(i).getDictionary().getId());
                vector = (FieldVector) DictionaryEncoder.decode(vector, dictionary, allocator);
                made.add(vector);
            }
            vectors.add(vector);
        }
        return new Decoded(vectors, made);
    }
}
