package io.github.reactorudf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import reactor.core.publisher.Flux;

/** Makes and reads the batches of tests. */
final class Batches {

    /** The schema of {@link #range}. */
    static final Schema RANGE_SCHEMA = new Schema(List.of(Field.nullable("x", new ArrowType.Int(64, true))));

    private Batches() {}

    /** Columns by name; a null is null. Longs become int64, doubles float64, strings utf8. */
    static RecordBatch of(BufferAllocator allocator, Map<String, ? extends List<?>> columns) {
        List<FieldVector> vectors = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        int rows = columns.values().iterator().next().size();
        columns.forEach((name, values) -> {
            FieldVector vector = vector(allocator, name, values);
            vectors.add(vector);
            fields.add(vector.getField());
        });
        return RecordBatch.of(new Schema(fields), vectors, rows, Map.of());
    }

    /** One int64 column {@code x} that counts from {@code first}. */
    static RecordBatch range(BufferAllocator allocator, long first, int rows) {
        BigIntVector vector = new BigIntVector("x", allocator);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
            vector.set(i, first + i);
        }
        vector.setValueCount(rows);
        return RecordBatch.of(new Schema(List.of(vector.getField())), List.of(vector), rows, Map.of());
    }

    /** {@code batches} batches of {@link #range}, made when they are asked for. */
    static Flux<RecordBatch> ranges(BufferAllocator allocator, int batches, int rows) {
        return Flux.range(0, batches).map(i -> range(allocator, (long) i * rows, rows));
    }

    /** The values of a column. */
    static List<Object> values(RecordBatch batch, String column) {
        FieldVector vector = batch.column(column);
        return IntStream.range(0, batch.rowCount())
                .<Object>mapToObj(row -> {
                    Object value = vector.getObject(row);
                    return value instanceof Text text ? text.toString() : value;
                })
                .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
    }

    private static FieldVector vector(BufferAllocator allocator, String name, List<?> values) {
        Object sample = values.stream()
                .<Object>map(value -> value)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(0L);
        if (sample instanceof Long) {
            BigIntVector vector = new BigIntVector(name, allocator);
            vector.allocateNew(values.size());
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) instanceof Long value) {
                    vector.set(i, value);
                }
            }
            vector.setValueCount(values.size());
            return vector;
        }
        if (sample instanceof Double) {
            Float8Vector vector = new Float8Vector(name, allocator);
            vector.allocateNew(values.size());
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) instanceof Double value) {
                    vector.set(i, value);
                }
            }
            vector.setValueCount(values.size());
            return vector;
        }
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof String value) {
                vector.setSafe(i, value.getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(values.size());
        return vector;
    }
}
