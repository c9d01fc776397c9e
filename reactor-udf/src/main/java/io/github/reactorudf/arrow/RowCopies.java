package io.github.reactorudf.arrow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Copies rows of vectors of any type, buffer by buffer, as the layout of their type says. Arrow's own ways each leave
 * types out: {@code copyFromSafe} unions, views of lists and run-end encoding, {@code VectorAppender} the same and
 * nulls.
 */
public final class RowCopies {

    private static final int VIEW_WIDTH = 16;

    private final BufferAllocator allocator;
    private final List<ArrowFieldNode> nodes = new ArrayList<>();
    private final List<ArrowBuf> buffers = new ArrayList<>();
    private final List<Long> variadicCounts = new ArrayList<>();

    private RowCopies(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * A vector of some rows of {@code vector}, in the order given, which keeps nothing of it but the bytes that string
     * and binary views point to.
     *
     * @param field the vector's, as its batch's schema has it: a vector of sparse unions tells other type ids
     */
    public static FieldVector of(FieldVector vector, Field field, int[] rows) {
        RowCopies copies = new RowCopies(vector.getAllocator());
        try {
            copies.copy(vector, field, rows);
            try (ArrowRecordBatch copied = new ArrowRecordBatch(
                    rows.length,
                    copies.nodes,
                    copies.buffers,
                    NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
                    copies.variadicCounts,
                    true)) {
                return Vectors.load(List.of(field), copied, vector.getAllocator())
                        .get(0);
            }
        } finally {
            copies.buffers.forEach(ArrowBuf::close);
        }
    }

    private void copy(FieldVector given, Field field, int[] rows) {
        FieldVector vector =
                given instanceof ExtensionTypeVector<?> extension ? extension.getUnderlyingVector() : given;
        ArrowType type = field.getType() instanceof ExtensionType extension ? extension.storageType() : field.getType();
        List<ArrowBuf> from = vector.getFieldBuffers();
        switch (type.getTypeID()) {
            case Null -> nodes.add(new ArrowFieldNode(rows.length, rows.length));
            case Union -> union(vector, field, (ArrowType.Union) type, rows);
            case RunEndEncoded -> runs((RunEndEncodedVector) vector, field, rows);
            case Utf8, Binary -> variableWidth(vector, from, rows, Integer.BYTES);
            case LargeUtf8, LargeBinary -> variableWidth(vector, from, rows, Long.BYTES);
            case Utf8View, BinaryView -> views(vector, from, rows);
            case List, Map -> list(vector, field, rows, Integer.BYTES);
            case LargeList -> list(vector, field, rows, Long.BYTES);
            case ListView -> listView(vector, field, rows, Integer.BYTES);
            case LargeListView -> listView(vector, field, rows, Long.BYTES);
            case FixedSizeList -> fixedSizeList(vector, field, rows, ((ArrowType.FixedSizeList) type).getListSize());
            case Struct -> {
                validity(vector, rows);
                children(vector, field, rows);
            }
            case Bool -> {
                validity(vector, rows);
                bits(rows.length, i -> BitVectorHelper.get(from.get(1), rows[i]) == 1);
            }
            default -> {
                validity(vector, rows);
                int bits =
                        TypeLayout.getTypeLayout(type).getBufferLayouts().get(1).getTypeBitWidth();
                fixedWidth(from.get(1), rows, bits / Byte.SIZE);
            }
        }
    }

    private void variableWidth(FieldVector vector, List<ArrowBuf> from, int[] rows, int width) {
        validity(vector, rows);
        long[] lengths = IntStream.of(rows)
                .mapToLong(row -> number(from.get(1), row + 1, width) - number(from.get(1), row, width))
                .toArray();
        long total = offsets(lengths, width);
        ArrowBuf values = buffer(total);
        long at = 0;
        for (int i = 0; i < rows.length; i++) {
            values.setBytes(at, from.get(2), number(from.get(1), rows[i], width), lengths[i]);
            at += lengths[i];
        }
    }

    private void views(FieldVector vector, List<ArrowBuf> from, int[] rows) {
        validity(vector, rows);
        fixedWidth(from.get(1), rows, VIEW_WIDTH);
        List<ArrowBuf> data = from.subList(2, from.size());
        data.forEach(buffer -> buffer.getReferenceManager().retain());
        buffers.addAll(data);
        variadicCounts.add((long) data.size());
    }

    private void list(FieldVector vector, Field field, int[] rows, int width) {
        ArrowBuf offsets = vector.getFieldBuffers().get(1);
        validity(vector, rows);
        long[] starts =
                IntStream.of(rows).mapToLong(row -> number(offsets, row, width)).toArray();
        long[] lengths = IntStream.range(0, rows.length)
                .mapToLong(i -> number(offsets, rows[i] + 1, width) - starts[i])
                .toArray();
        offsets(lengths, width);
        child(vector, field, 0, values(starts, lengths));
    }

    private void listView(FieldVector vector, Field field, int[] rows, int width) {
        List<ArrowBuf> from = vector.getFieldBuffers();
        validity(vector, rows);
        long[] starts = IntStream.of(rows)
                .mapToLong(row -> number(from.get(1), row, width))
                .toArray();
        long[] lengths = IntStream.of(rows)
                .mapToLong(row -> number(from.get(2), row, width))
                .toArray();
        ArrowBuf offsets = buffer((long) rows.length * width);
        ArrowBuf sizes = buffer((long) rows.length * width);
        long at = 0;
        for (int i = 0; i < rows.length; i++) {
            put(offsets, i, width, at);
            put(sizes, i, width, lengths[i]);
            at += lengths[i];
        }
        child(vector, field, 0, values(starts, lengths));
    }

    private void fixedSizeList(FieldVector vector, Field field, int[] rows, int size) {
        validity(vector, rows);
        int[] values = IntStream.of(rows)
                .flatMap(row -> range((long) row * size, size))
                .toArray();
        child(vector, field, 0, values);
    }

    private void union(FieldVector vector, Field field, ArrowType.Union type, int[] rows) {
        List<ArrowBuf> from = vector.getFieldBuffers();
        nodes.add(new ArrowFieldNode(rows.length, 0));
        fixedWidth(from.get(0), rows, Byte.BYTES);
        if (type.getMode() == UnionMode.Sparse) {
            children(vector, field, rows);
            return;
        }
        int[] declared = type.getTypeIds();
        ArrowBuf offsets = buffer((long) rows.length * Integer.BYTES);
        int[][] rowsOfChildren = new int[field.getChildren().size()][];
        for (int child = 0; child < rowsOfChildren.length; child++) {
            int id = declared == null ? child : declared[child];
            int[] mine = IntStream.range(0, rows.length)
                    .filter(i -> from.get(0).getByte(rows[i]) == id)
                    .toArray();
            for (int i = 0; i < mine.length; i++) {
                put(offsets, mine[i], Integer.BYTES, i);
            }
            rowsOfChildren[child] = IntStream.of(mine)
                    .map(i -> from.get(1).getInt((long) rows[i] * Integer.BYTES))
                    .toArray();
        }
        for (int child = 0; child < rowsOfChildren.length; child++) {
            child(vector, field, child, rowsOfChildren[child]);
        }
    }

    /** A run for each row. */
    private void runs(RunEndEncodedVector vector, Field field, int[] rows) {
        int width = ((ArrowType.Int) field.getChildren().get(0).getType()).getBitWidth() / Byte.SIZE;
        nodes.add(new ArrowFieldNode(rows.length, 0));
        nodes.add(new ArrowFieldNode(rows.length, 0));
        bits(rows.length, i -> true);
        ArrowBuf newEnds = buffer((long) rows.length * width);
        for (int i = 0; i < rows.length; i++) {
            put(newEnds, i, width, i + 1L);
        }
        child(vector, field, 1, IntStream.of(rows).map(vector::getPhysicalIndex).toArray());
    }

    private void validity(FieldVector vector, int[] rows) {
        long nulls = IntStream.of(rows).filter(vector::isNull).count();
        nodes.add(new ArrowFieldNode(rows.length, nulls));
        bits(rows.length, i -> !vector.isNull(rows[i]));
    }

    private void bits(int count, IntPredicate set) {
        ArrowBuf bits = buffer((count + 7L) / 8);
        bits.setZero(0, bits.capacity());
        for (int i = 0; i < count; i++) {
            if (set.test(i)) {
                BitVectorHelper.setBit(bits, i);
            }
        }
    }

    private void fixedWidth(ArrowBuf from, int[] rows, int width) {
        ArrowBuf to = buffer((long) rows.length * width);
        for (int i = 0; i < rows.length; i++) {
            to.setBytes((long) i * width, from, (long) rows[i] * width, width);
        }
    }

    /** Writes the offsets of values of these lengths, one after another, and returns the length of all. */
    private long offsets(long[] lengths, int width) {
        ArrowBuf offsets = buffer((lengths.length + 1L) * width);
        long at = 0;
        put(offsets, 0, width, at);
        for (int i = 0; i < lengths.length; i++) {
            at += lengths[i];
            put(offsets, i + 1, width, at);
        }
        return at;
    }

    private static int[] values(long[] starts, long[] lengths) {
        return IntStream.range(0, starts.length)
                .flatMap(i -> range(starts[i], lengths[i]))
                .toArray();
    }

    private static IntStream range(long start, long length) {
        return IntStream.range(Math.toIntExact(start), Math.toIntExact(start + length));
    }

    private ArrowBuf buffer(long size) {
        ArrowBuf buffer = allocator.buffer(size);
        buffers.add(buffer);
        return buffer.writerIndex(size);
    }

    private static long number(ArrowBuf buffer, int index, int width) {
        return switch (width) {
            case Short.BYTES -> buffer.getShort((long) index * width);
            case Integer.BYTES -> buffer.getInt((long) index * width);
            default -> buffer.getLong((long) index * width);
        };
    }

    private static void put(ArrowBuf buffer, int index, int width, long value) {
        switch (width) {
            case Short.BYTES -> buffer.setShort((long) index * width, (short) value);
            case Integer.BYTES -> buffer.setInt((long) index * width, (int) value);
            default -> buffer.setLong((long) index * width, value);
        }
    }

    private void children(FieldVector vector, Field field, int[] rows) {
        for (int child = 0; child < field.getChildren().size(); child++) {
            child(vector, field, child, rows);
        }
    }

    private void child(FieldVector vector, Field field, int index, int[] rows) {
        copy(vector.getChildrenFromFields().get(index), field.getChildren().get(index), rows);
    }
}
