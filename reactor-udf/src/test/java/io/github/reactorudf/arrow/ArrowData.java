package io.github.reactorudf.arrow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Vectors with given contents, for tests. */
public final class ArrowData {
    private ArrowData() {}

    public static IntVector ints(BufferAllocator allocator, String name, @Nullable Integer... values) {
        return fill(new IntVector(name, allocator), values);
    }

    /** Indexes into the dictionary {@code id}. */
    public static IntVector indexes(BufferAllocator allocator, String name, long id, @Nullable Integer... values) {
        return fill(new IntVector(indexField(name, id), allocator), values);
    }

    public static Field indexField(String name, long id) {
        ArrowType.Int type = new ArrowType.Int(32, true);
        return new Field(name, new FieldType(true, type, new DictionaryEncoding(id, false, type)), null);
    }

    private static IntVector fill(IntVector vector, @Nullable Integer... values) {
        vector.allocateNew(values.length);
        for (int i = 0; i < values.length; i++) {
            Integer value = values[i];
            if (value == null) {
                vector.setNull(i);
            } else {
                vector.set(i, value);
            }
        }
        vector.setValueCount(values.length);
        return vector;
    }

    public static VarCharVector strings(BufferAllocator allocator, String name, @Nullable String... values) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew();
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            if (value == null) {
                vector.setNull(i);
            } else {
                vector.setSafe(i, value.getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(values.length);
        return vector;
    }

    /** The values as Java objects, for comparison. */
    public static List<@Nullable Object> values(FieldVector vector) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < vector.getValueCount(); i++) {
            Object value = vector.getObject(i);
            values.add(value == null ? null : value instanceof Number ? value : value.toString());
        }
        return values;
    }
}
