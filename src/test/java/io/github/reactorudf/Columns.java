package io.github.reactorudf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Makes columns of any type that a test needs, in their order; a null is null. */
final class Columns {

    private static final long CARRIERS = 7;

    private Columns() {}

    static RecordBatch batch(FieldVector... columns) {
        return batch(Map.of(), columns);
    }

    static RecordBatch batch(Map<Long, Dictionary> dictionaries, FieldVector... columns) {
        List<Field> fields = Arrays.stream(columns).map(FieldVector::getField).toList();
        return RecordBatch.of(new Schema(fields), List.of(columns), columns[0].getValueCount(), dictionaries);
    }

    /** The same column under a field that says it has no null. */
    static FieldVector required(FieldVector column) {
        Field field = column.getField();
        Field strict = new Field(field.getName(), FieldType.notNullable(field.getType()), null);
        FieldVector vector = strict.createVector(column.getAllocator());
        column.makeTransferPair(vector).transfer();
        return vector;
    }

    static BigIntVector int64(BufferAllocator allocator, String name, @Nullable Long... values) {
        BigIntVector vector = new BigIntVector(name, allocator);
        return fill(vector, values, vector::set);
    }

    static IntVector int32(BufferAllocator allocator, String name, @Nullable Integer... values) {
        IntVector vector = new IntVector(name, allocator);
        return fill(vector, values, vector::set);
    }

    static BitVector bool(BufferAllocator allocator, String name, @Nullable Boolean... values) {
        BitVector vector = new BitVector(name, allocator);
        return fill(vector, values, (row, value) -> vector.set(row, value ? 1 : 0));
    }

    static Float8Vector float64(BufferAllocator allocator, String name, @Nullable Double... values) {
        Float8Vector vector = new Float8Vector(name, allocator);
        return fill(vector, values, vector::set);
    }

    /** As {@link #float64}, by the values' bits, which a conversion to double and back may not keep. */
    static Float8Vector float64Bits(BufferAllocator allocator, String name, @Nullable Long... bits) {
        Float8Vector vector = new Float8Vector(name, allocator);
        return fill(vector, bits, (row, value) -> {
            vector.set(row, 0.0);
            vector.getDataBuffer().setLong((long) row * Long.BYTES, value);
        });
    }

    static VarCharVector string(BufferAllocator allocator, String name, @Nullable String... values) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew();
        for (int row = 0; row < values.length; row++) {
            String value = values[row];
            if (value != null) {
                vector.setSafe(row, value.getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(values.length);
        return vector;
    }

    /** A batch of one dictionary-encoded string column: {@code codes} index {@code words}. */
    static RecordBatch encoded(BufferAllocator allocator, String name, List<String> words, @Nullable Short... codes) {
        DictionaryEncoding encoding = new DictionaryEncoding(CARRIERS, false, new ArrowType.Int(16, true));
        Dictionary dictionary = new Dictionary(string(allocator, "words", words.toArray(String[]::new)), encoding);
        Field field = new Field(name, new FieldType(true, encoding.getIndexType(), encoding), null);
        SmallIntVector vector = new SmallIntVector(field, allocator);
        return batch(Map.of(CARRIERS, dictionary), fill(vector, codes, vector::set));
    }

    private static <V extends BaseFixedWidthVector, T> V fill(
            V vector, @Nullable T[] values, BiConsumer<Integer, T> setter) {
        vector.allocateNew(values.length);
        for (int row = 0; row < values.length; row++) {
            T value = values[row];
            if (value == null) {
                vector.setNull(row);
            } else {
                setter.accept(row, value);
            }
        }
        vector.setValueCount(values.length);
        return vector;
    }
}
