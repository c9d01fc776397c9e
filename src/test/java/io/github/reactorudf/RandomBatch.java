package io.github.reactorudf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches of random values of any type, written buffer by buffer as the type is laid out. */
final class RandomBatch {

    private static final int LONGEST = 20;
    private static final int INLINE = 12;
    private static final int VIEW_WIDTH = 16;

    private final BufferAllocator allocator;
    private final Random random;
    private final List<ArrowFieldNode> nodes = new ArrayList<>();
    private final List<ArrowBuf> buffers = new ArrayList<>();
    private final List<Long> variadicCounts = new ArrayList<>();

    private RandomBatch(BufferAllocator allocator, Random random) {
        this.allocator = allocator;
        this.random = random;
    }

    static RecordBatch of(BufferAllocator allocator, List<Field> fields, int rows, long seed) {
        RandomBatch made = new RandomBatch(allocator, new Random(seed));
        try {
            fields.forEach(field -> made.column(field, rows));
            try (ArrowRecordBatch batch = new ArrowRecordBatch(
                            rows,
                            made.nodes,
                            made.buffers,
                            NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
                            made.variadicCounts,
                            true);
                    VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator)) {
                new VectorLoader(root).load(batch);
                return RecordBatches.from(root);
            }
        } finally {
            made.buffers.forEach(ArrowBuf::close);
        }
    }

    private void column(Field field, int rows) {
        ArrowType type = field.getType() instanceof ExtensionType extension ? extension.storageType() : field.getType();
        List<Field> children = field.getChildren();
        switch (type.getTypeID()) {
            case Null -> nodes.add(new ArrowFieldNode(rows, rows));
            case Union -> union(children, (ArrowType.Union) type, rows);
            case RunEndEncoded -> runs(children, rows);
            case Utf8, Binary -> {
                validity(field, rows);
                bytes(offsets(rows, Integer.BYTES, LONGEST));
            }
            case LargeUtf8, LargeBinary -> {
                validity(field, rows);
                bytes(offsets(rows, Long.BYTES, LONGEST));
            }
            case Utf8View, BinaryView -> {
                validity(field, rows);
                views(rows);
            }
            case List, Map -> {
                validity(field, rows);
                column(children.get(0), offsets(rows, Integer.BYTES, 3));
            }
            case LargeList -> {
                validity(field, rows);
                column(children.get(0), offsets(rows, Long.BYTES, 3));
            }
            case ListView -> listViews(field, rows, Integer.BYTES);
            case LargeListView -> listViews(field, rows, Long.BYTES);
            case FixedSizeList -> {
                validity(field, rows);
                column(children.get(0), rows * ((ArrowType.FixedSizeList) type).getListSize());
            }
            case Struct -> {
                validity(field, rows);
                children.forEach(child -> column(child, rows));
            }
            default -> {
                validity(field, rows);
                int bits =
                        TypeLayout.getTypeLayout(type).getBufferLayouts().get(1).getTypeBitWidth();
                random((bits * rows + 7) / 8);
            }
        }
    }

    private void validity(Field field, int rows) {
        ArrowBuf bits = buffer((rows + 7) / 8);
        bits.setZero(0, bits.capacity());
        int nulls = 0;
        for (int row = 0; row < rows; row++) {
            if (field.isNullable() && random.nextInt(4) == 0) {
                nulls++;
            } else {
                BitVectorHelper.setBit(bits, row);
            }
        }
        nodes.add(new ArrowFieldNode(rows, nulls));
    }

    /** Returns how long what the offsets point into has to be. */
    private int offsets(int rows, int width, int longest) {
        ArrowBuf offsets = buffer((rows + 1) * width);
        int end = 0;
        put(offsets, 0, width, end);
        for (int row = 0; row < rows; row++) {
            end += random.nextInt(longest + 1);
            put(offsets, row + 1, width, end);
        }
        return end;
    }

    private void listViews(Field field, int rows, int width) {
        validity(field, rows);
        ArrowBuf offsets = buffer(rows * width);
        ArrowBuf sizes = buffer(rows * width);
        int values = 4;
        for (int row = 0; row < rows; row++) {
            int start = random.nextInt(values);
            put(offsets, row, width, start);
            put(sizes, row, width, random.nextInt(values - start + 1));
        }
        column(field.getChildren().get(0), values);
    }

    private void views(int rows) {
        ArrowBuf views = buffer(rows * VIEW_WIDTH);
        views.setZero(0, views.capacity());
        ArrowBuf data = bytes(rows * LONGEST);
        for (int row = 0; row < rows; row++) {
            long view = (long) row * VIEW_WIDTH;
            int length = random.nextInt(LONGEST + 1);
            int start = row * LONGEST;
            views.setInt(view, length);
            if (length <= INLINE) {
                views.setBytes(view + Integer.BYTES, data, start, length);
            } else {
                views.setBytes(view + Integer.BYTES, data, start, Integer.BYTES);
                views.setInt(view + 3 * Integer.BYTES, start);
            }
        }
        variadicCounts.add(1L);
    }

    private void union(List<Field> children, ArrowType.Union type, int rows) {
        nodes.add(new ArrowFieldNode(rows, 0));
        int[] chosen = IntStream.range(0, rows)
                .map(row -> random.nextInt(children.size()))
                .toArray();
        ArrowBuf types = buffer(rows);
        for (int row = 0; row < rows; row++) {
            types.setByte(row, type.getTypeIds()[chosen[row]]);
        }
        if (type.getMode() == UnionMode.Sparse) {
            children.forEach(child -> column(child, rows));
            return;
        }
        ArrowBuf offsets = buffer(rows * Integer.BYTES);
        int[] lengths = new int[children.size()];
        for (int row = 0; row < rows; row++) {
            put(offsets, row, Integer.BYTES, lengths[chosen[row]]++);
        }
        IntStream.range(0, lengths.length).forEach(child -> column(children.get(child), lengths[child]));
    }

    private void runs(List<Field> children, int rows) {
        nodes.add(new ArrowFieldNode(rows, 0));
        int[] ends = IntStream.rangeClosed(1, rows)
                .filter(end -> end == rows || random.nextBoolean())
                .toArray();
        int width = ((ArrowType.Int) children.get(0).getType()).getBitWidth() / Byte.SIZE;
        validity(children.get(0), ends.length);
        ArrowBuf written = buffer(ends.length * width);
        for (int run = 0; run < ends.length; run++) {
            put(written, run, width, ends[run]);
        }
        column(children.get(1), ends.length);
    }

    /** Text, which is any bytes too. */
    private ArrowBuf bytes(int length) {
        ArrowBuf bytes = buffer(length);
        for (int i = 0; i < length; i++) {
            bytes.setByte(i, ' ' + random.nextInt('~' - ' '));
        }
        return bytes;
    }

    private void random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        buffer(length).setBytes(0, bytes);
    }

    private ArrowBuf buffer(int size) {
        ArrowBuf buffer = allocator.buffer(size);
        buffers.add(buffer);
        return buffer.writerIndex(size);
    }

    private static void put(ArrowBuf buffer, int index, int width, int value) {
        switch (width) {
            case Short.BYTES -> buffer.setShort((long) index * width, value);
            case Integer.BYTES -> buffer.setInt((long) index * width, value);
            default -> buffer.setLong((long) index * width, value);
        }
    }
}
