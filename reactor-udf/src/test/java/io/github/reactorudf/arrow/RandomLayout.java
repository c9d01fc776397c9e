package io.github.reactorudf.arrow;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A batch of one column of a random type: each number in it is as that type wants it, and now and then another one. */
final class RandomLayout {
    private static final int MAX_DEPTH = 3;
    private static final int MAX_LENGTH = 40;
    private static final int ODDS = 24;
    private static final ArrowType[] LEAVES = {
        ArrowType.Null.INSTANCE,
        ArrowType.Bool.INSTANCE,
        new ArrowType.Int(8, true),
        new ArrowType.Int(64, false),
        new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
        new ArrowType.Decimal(30, 2, 128),
        new ArrowType.Decimal(50, 2, 256),
        new ArrowType.Date(DateUnit.MILLISECOND),
        new ArrowType.FixedSizeBinary(3),
        ArrowType.Utf8.INSTANCE,
        ArrowType.LargeBinary.INSTANCE,
        ArrowType.Utf8View.INSTANCE,
        ArrowType.BinaryView.INSTANCE,
    };
    private static final ArrowType[] NESTED = {
        ArrowType.List.INSTANCE,
        ArrowType.LargeList.INSTANCE,
        ArrowType.ListView.INSTANCE,
        ArrowType.LargeListView.INSTANCE,
        new ArrowType.FixedSizeList(2),
        new ArrowType.FixedSizeList(0),
        new ArrowType.Map(false),
        ArrowType.Struct.INSTANCE,
        new ArrowType.Union(UnionMode.Sparse, null),
        new ArrowType.Union(UnionMode.Dense, null),
        ArrowType.RunEndEncoded.INSTANCE,
    };

    private final FuzzedDataProvider data;
    private final List<Long> nodes = new ArrayList<>();
    private final List<Long> buffers = new ArrayList<>();
    private final List<Long> variadic = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Field field;
    private final long length;

    RandomLayout(FuzzedDataProvider data) {
        this.data = data;
        this.field = field("c", 0);
        this.length = or(data.consumeInt(0, MAX_LENGTH));
        add(field, (int) Math.min(Math.max(0, length), MAX_LENGTH));
    }

    Field field() {
        return field;
    }

    byte[] body() {
        return body.toByteArray();
    }

    byte[] message() {
        byte[] message = ForgedMessages.batch(length, array(nodes), array(buffers), array(variadic), false);
        ForgedMessages.announce(message, body.size());
        return message;
    }

    private Field field(String name, int depth) {
        boolean nested = depth < MAX_DEPTH && data.consumeBoolean();
        ArrowType type = data.pickValue(nested ? NESTED : LEAVES);
        return new Field(name, FieldType.nullable(type), nested ? children(type, depth + 1) : List.of());
    }

    private List<Field> children(ArrowType type, int depth) {
        switch (type.getTypeID()) {
            case Struct, Union -> {
                return IntStream.range(0, data.consumeInt(0, 3))
                        .mapToObj(i -> field("f" + (int) or(i), depth))
                        .toList();
            }
            case RunEndEncoded -> {
                Field ends = Field.notNullable("run_ends", new ArrowType.Int(32, true));
                return List.of(ends, field("values", depth));
            }
            case Map -> {
                List<Field> entries = List.of(Field.notNullable("key", LEAVES[2]), field("value", depth));
                return List.of(new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), entries));
            }
            default -> {
                return List.of(field("item", depth));
            }
        }
    }

    private void add(Field column, int rows) {
        ArrowType type = column.getType();
        boolean nullable = !(type instanceof ArrowType.Union) && !(type instanceof ArrowType.RunEndEncoded);
        boolean nulls = nullable && data.consumeBoolean();
        nodes.add(or(rows));
        nodes.add(or(type instanceof ArrowType.Null ? rows : nulls ? data.consumeInt(0, rows) : 0));
        if (nullable && !(type instanceof ArrowType.Null)) {
            buffer(nulls ? (rows + 7) / 8 : 0, 1, i -> data.consumeInt(0, 255));
        }
        switch (type.getTypeID()) {
            case Null -> {}
            case Utf8, Binary -> variable(rows, Integer.BYTES);
            case LargeUtf8, LargeBinary -> variable(rows, Long.BYTES);
            case Utf8View, BinaryView -> views(rows);
            case List, Map -> list(column, rows, Integer.BYTES);
            case LargeList -> list(column, rows, Long.BYTES);
            case ListView -> listView(column, rows, Integer.BYTES);
            case LargeListView -> listView(column, rows, Long.BYTES);
            case FixedSizeList ->
                add(column.getChildren().get(0), rows * ((ArrowType.FixedSizeList) type).getListSize());
            case Struct -> column.getChildren().forEach(child -> add(child, rows));
            case Union -> union(column, ((ArrowType.Union) type).getMode(), rows);
            case RunEndEncoded -> {
                int runs = rows == 0 ? 0 : data.consumeInt(1, rows);
                nodes.add(or(runs));
                nodes.add(or(0));
                buffer(0, 1, i -> 0);
                buffer(runs, Integer.BYTES, i -> i == runs - 1 ? rows : i + 1);
                add(column.getChildren().get(1), runs);
            }
            default -> {
                int bits =
                        TypeLayout.getTypeLayout(type).getBufferLayouts().get(1).getTypeBitWidth();
                buffer((rows * bits + 7) / 8, 1, i -> i % 7);
            }
        }
    }

    private void variable(int rows, int width) {
        int size = data.consumeInt(0, MAX_LENGTH);
        buffer(rows == 0 ? 0 : rows + 1, width, i -> Math.min(i, size));
        buffer(size, 1, i -> 'a');
    }

    private void views(int rows) {
        int count = data.consumeInt(0, 3);
        variadic.add(or(count));
        buffer(rows * 2, Long.BYTES, i -> i % 2 == 0 ? i % 12 : 0);
        for (int i = 0; i < count; i++) {
            buffer(i, 1, j -> 'b');
        }
    }

    private void list(Field column, int rows, int width) {
        int size = data.consumeInt(0, MAX_LENGTH);
        buffer(rows == 0 ? 0 : rows + 1, width, i -> Math.min(i, size));
        add(column.getChildren().get(0), size);
    }

    private void listView(Field column, int rows, int width) {
        int size = data.consumeInt(0, MAX_LENGTH);
        buffer(rows, width, i -> Math.min(i, size));
        buffer(rows, width, i -> i < size ? 1 : 0);
        add(column.getChildren().get(0), size);
    }

    private void union(Field column, UnionMode mode, int rows) {
        int types = Math.max(1, column.getChildren().size());
        buffer(rows, 1, i -> i % types);
        if (mode == UnionMode.Dense) {
            buffer(rows, Integer.BYTES, i -> i / types);
        }
        column.getChildren().forEach(child -> add(child, rows));
    }

    private void buffer(int count, int width, LongUnaryOperator values) {
        ByteBuffer bytes = ByteBuffer.allocate((count * width + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            long value = or(values.applyAsLong(i));
            switch (width) {
                case 1 -> bytes.put((byte) value);
                case Integer.BYTES -> bytes.putInt((int) value);
                default -> bytes.putLong(value);
            }
        }
        buffers.add(or(body.size()));
        buffers.add(or((long) count * width));
        body.writeBytes(bytes.array());
    }

    /** The value, or any other. */
    private long or(long value) {
        if (data.consumeInt(0, ODDS) != ODDS) {
            return value;
        }
        return data.consumeBoolean() ? data.consumeInt(-1, MAX_LENGTH) : data.consumeLong();
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
