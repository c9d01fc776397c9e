package io.github.reactorudf;

import io.github.reactorudf.arrow.SharedDictionary;
import io.github.reactorudf.arrow.SharedVector;
import io.github.reactorudf.arrow.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts the columns of two batches side by side. Both may use the same dictionary ids for different dictionaries: the
 * right side is renumbered, by what the schemas say alone, so that all batches of a stream get one schema.
 */
final class Join {
    private final Map<Long, Long> newIds = new HashMap<>();

    private Join(Set<Long> left, Set<Long> right) {
        Set<Long> taken = new TreeSet<>(left);
        taken.addAll(right);
        for (long id : new TreeSet<>(right)) {
            if (left.contains(id)) {
                long free = 0;
                while (!taken.add(free)) {
                    free++;
                }
                newIds.put(id, free);
            }
        }
    }

    /** The new batch shares the columns of {@code left} and {@code right}, which nobody closes meanwhile. */
    static RecordBatch of(RecordBatch left, RecordBatch right) {
        if (left.rowCount() != right.rowCount()) {
            throw new IllegalArgumentException(
                    "A batch of " + left.rowCount() + " rows can't be joined to one of " + right.rowCount() + " rows");
        }
        return new Join(
                        left.ownDictionaries().getDictionaryIds(),
                        right.ownDictionaries().getDictionaryIds())
                .join(left, right);
    }

    private RecordBatch join(RecordBatch left, RecordBatch right) {
        List<Field> fields = new ArrayList<>(left.schema().getFields());
        List<SharedVector> columns = new ArrayList<>(left.shared());
        columns.forEach(SharedVector::retain);
        for (int i = 0; i < right.shared().size(); i++) {
            Field field = right.schema().getFields().get(i);
            fields.add(renumbered(field));
            columns.add(renumbered(right.shared().get(i), field));
        }
        Map<Long, SharedDictionary> dictionaries =
                new HashMap<>(left.ownDictionaries().shared());
        dictionaries.values().forEach(SharedVector::retain);
        right.ownDictionaries()
                .shared()
                .forEach((id, dictionary) -> dictionaries.put(newIds.getOrDefault(id, id), renumbered(dictionary)));
        Schema schema = new Schema(fields, left.schema().getCustomMetadata());
        return new RecordBatch(schema, left.rowCount(), columns, new BatchDictionaries(fields, dictionaries));
    }

    private SharedVector renumbered(SharedVector column, Field field) {
        if (!concerns(field)) {
            column.retain();
            return column;
        }
        return new SharedVector(Vectors.view(column.vector(), renumbered(field)));
    }

    private SharedDictionary renumbered(SharedDictionary dictionary) {
        FieldVector values = dictionary.vector();
        if (!concerns(values.getField())) {
            dictionary.retain();
            return dictionary;
        }
        return new SharedDictionary(Vectors.view(values, renumbered(values.getField())));
    }

    private boolean concerns(Field field) {
        return (field.getDictionary() != null
                        && newIds.containsKey(field.getDictionary().getId()))
                || field.getChildren().stream().anyMatch(this::concerns);
    }

    private Field renumbered(Field field) {
        DictionaryEncoding encoding = field.getDictionary();
        if (encoding != null && newIds.containsKey(encoding.getId())) {
            encoding =
                    new DictionaryEncoding(newIds.get(encoding.getId()), encoding.isOrdered(), encoding.getIndexType());
        }
        return new Field(
                field.getName(),
                new FieldType(field.isNullable(), field.getType(), encoding, field.getMetadata()),
                field.getChildren().stream().map(this::renumbered).toList());
    }
}
