package io.github.reactorudf.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.FBSerializables;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of several batches, one batch behind the other, as one record batch message. Values are slices of the
 * batches' own memory; bits and offsets, which depend on what is before them, are written anew.
 */
public final class MergedColumns {

    /** Some rows of a vector. */
    private record Part(FieldVector vector, int start, int rows) {

        ArrowBuf buffer(int index) {
            return vector.getFieldBuffers().get(index);
        }

        Part storage() {
            return vector instanceof ExtensionTypeVector<?> extension
                    ? new Part(extension.getUnderlyingVector(), start, rows)
                    : this;
        }

        int nulls() {
            return start == 0 && rows == vector.getValueCount()
                    ? vector.getNullCount()
                    : (int) IntStream.range(start, start + rows)
                            .filter(vector::isNull)
                            .count();
        }
    }

    /** Where a part's values are, in values. */
    private record Range(long start, long length) {}

    private final List<ArrowFieldNode> nodes = new ArrayList<>();
    private final List<ArrowBuffer> layout = new ArrayList<>();
    private final List<ByteBuf> body = new ArrayList<>();
    private long position;

    private MergedColumns() {}

    /** Whether batches of a schema, in either format, can be merged: views, unions, runs and nulls can't. */
    public static boolean takes(Schema schema) {
        return IpcSchema.memoryFormat(schema).getFields().stream().allMatch(MergedColumns::takes);
    }

    private static boolean takes(Field field) {
        ArrowType type = field.getType() instanceof ExtensionType extension ? extension.storageType() : field.getType();
        return switch (type.getTypeID()) {
            case Null, Union, RunEndEncoded, Utf8View, BinaryView, ListView, LargeListView -> false;
            default -> field.getChildren().stream().allMatch(MergedColumns::takes);
        };
    }

    /**
     * The message of batches of one schema, two or more; they stay the caller's, and the message keeps the memory alive
     * by itself.
     *
     * @param batches the columns of each
     */
    static IpcMessage message(List<List<FieldVector>> batches, int rowCount) {
        MergedColumns merged = new MergedColumns();
        try {
            for (int i = 0; i < batches.get(0).size(); i++) {
                int column = i;
                merged.column(batches.stream()
                        .map(columns -> columns.get(column))
                        .map(vector -> new Part(vector, 0, vector.getValueCount()))
                        .toList());
            }
            return new IpcMessage(Encapsulation.wrap(merged.metadata(rowCount)), merged.body, merged.position, false);
        } catch (Throwable e) {
            merged.body.forEach(ReferenceCountUtil::release);
            throw e;
        }
    }

    private ByteBuffer metadata(int rowCount) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        RecordBatch.startNodesVector(builder, nodes.size());
        int nodesAt = FBSerializables.writeAllStructsToVector(builder, nodes);
        RecordBatch.startBuffersVector(builder, layout.size());
        int buffersAt = FBSerializables.writeAllStructsToVector(builder, layout);
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rowCount);
        RecordBatch.addNodes(builder, nodesAt);
        RecordBatch.addBuffers(builder, buffersAt);
        int batchAt = RecordBatch.endRecordBatch(builder);
        return MessageSerializer.serializeMessage(
                builder, MessageHeader.RecordBatch, batchAt, position, IpcOption.DEFAULT);
    }

    private void column(List<Part> given) {
        List<Part> parts = given.stream().map(Part::storage).toList();
        Field field = parts.get(0).vector().getField();
        validity(parts);
        switch (field.getType().getTypeID()) {
            case Bool -> bits(parts, 1);
            case Utf8, Binary -> values(parts, 2, offsets(parts, Integer.BYTES), 1);
            case LargeUtf8, LargeBinary -> values(parts, 2, offsets(parts, Long.BYTES), 1);
            case List, Map -> child(parts, 0, offsets(parts, Integer.BYTES));
            case LargeList -> child(parts, 0, offsets(parts, Long.BYTES));
            case FixedSizeList -> {
                int size = ((ArrowType.FixedSizeList) field.getType()).getListSize();
                child(parts, 0, rows(parts, size));
            }
            case Struct -> {
                for (int i = 0; i < field.getChildren().size(); i++) {
                    child(parts, i, rows(parts, 1));
                }
            }
            default -> {
                TypeLayout types = TypeLayout.getTypeLayout(field.getType());
                int width = types.getBufferLayouts().get(1).getTypeBitWidth() / Byte.SIZE;
                values(parts, 1, rows(parts, 1), width);
            }
        }
    }

    private void child(List<Part> parts, int index, List<Range> ranges) {
        List<Part> children = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            FieldVector child = parts.get(i).vector().getChildrenFromFields().get(index);
            Range range = ranges.get(i);
            children.add(new Part(child, Math.toIntExact(range.start()), Math.toIntExact(range.length())));
        }
        column(children);
    }

    /** Where the values of the rows are, if each row has so many. */
    private static List<Range> rows(List<Part> parts, int each) {
        return parts.stream()
                .map(part -> new Range((long) part.start() * each, (long) part.rows() * each))
                .toList();
    }

    private void validity(List<Part> parts) {
        int nulls = parts.stream().mapToInt(Part::nulls).sum();
        nodes.add(new ArrowFieldNode(count(parts), nulls));
        if (nulls == 0) {
            layout.add(new ArrowBuffer(position, 0));
        } else {
            bits(parts, 0);
        }
    }

    private void bits(List<Part> parts, int index) {
        int rows = count(parts);
        byte[] bits = new byte[(rows + 7) / 8];
        int at = 0;
        for (Part part : parts) {
            copyBits(part.buffer(index), part.start(), part.rows(), bits, at);
            at += part.rows();
        }
        written(buffer(bits.length).writeBytes(bits));
    }

    /** Eight bits at a time, from and to anywhere. */
    private static void copyBits(ArrowBuf source, int from, int count, byte[] target, int to) {
        for (int done = 0; done < count; done += Byte.SIZE) {
            int length = Math.min(Byte.SIZE, count - done);
            int first = (from + done) / Byte.SIZE;
            int shift = (from + done) % Byte.SIZE;
            int bits = (source.getByte(first) & 0xFF) >>> shift;
            if (shift + length > Byte.SIZE) {
                bits |= (source.getByte(first + 1L) & 0xFF) << (Byte.SIZE - shift);
            }
            bits &= (1 << length) - 1;
            int into = (to + done) / Byte.SIZE;
            int by = (to + done) % Byte.SIZE;
            target[into] |= (byte) (bits << by);
            if (by + length > Byte.SIZE) {
                target[into + 1] |= (byte) (bits >>> (Byte.SIZE - by));
            }
        }
    }

    /** Writes offsets that go on from part to part, and returns where each part's values are. */
    private List<Range> offsets(List<Part> parts, int width) {
        ByteBuf offsets = buffer((count(parts) + 1) * width);
        List<Range> ranges = new ArrayList<>(parts.size());
        long end = 0;
        put(offsets, width, end);
        for (Part part : parts) {
            if (part.rows() == 0) {
                // It may have no memory for the one offset that it has.
                ranges.add(new Range(0, 0));
                continue;
            }
            ArrowBuf from = part.buffer(1);
            long start = number(from, part.start(), width);
            for (int row = part.start() + 1; row <= part.start() + part.rows(); row++) {
                put(offsets, width, end + number(from, row, width) - start);
            }
            long length = number(from, part.start() + part.rows(), width) - start;
            ranges.add(new Range(start, length));
            end += length;
        }
        written(offsets);
        return ranges;
    }

    private void values(List<Part> parts, int index, List<Range> ranges, int width) {
        long from = position;
        for (int i = 0; i < parts.size(); i++) {
            Range range = ranges.get(i);
            if (range.length() > 0) {
                int length = Math.toIntExact(range.length() * width);
                body.add(ArrowMemory.toByteBuf(parts.get(i).buffer(index), range.start() * width, length));
                position += length;
            }
        }
        end(from);
    }

    private static int count(List<Part> parts) {
        return parts.stream().mapToInt(Part::rows).sum();
    }

    private static long number(ArrowBuf buffer, long index, int width) {
        return width == Integer.BYTES ? buffer.getInt(index * width) : buffer.getLong(index * width);
    }

    private static void put(ByteBuf buffer, int width, long value) {
        if (width == Integer.BYTES) {
            buffer.writeIntLE((int) value);
        } else {
            buffer.writeLongLE(value);
        }
    }

    /** One that is filled next, and released with the body. */
    private ByteBuf buffer(int length) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
        body.add(buffer);
        return buffer;
    }

    private void written(ByteBuf buffer) {
        long from = position;
        position += buffer.readableBytes();
        end(from);
    }

    private void end(long from) {
        layout.add(new ArrowBuffer(from, position - from));
        position = Padding.align(body, position);
    }
}
