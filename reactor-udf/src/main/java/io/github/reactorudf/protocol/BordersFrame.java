package io.github.reactorudf.protocol;

import io.github.reactorudf.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * That the payload which follows holds the rows of several batches (rule P24).
 *
 * @param rows how many each of them has: two or more, none negative, no more together than a batch can have
 */
public record BordersFrame(long evaluation, List<Integer> rows) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.BORDERS;
    }

    /** What the frame spends of a {@link Credit} (rule D2). */
    public long bytes() {
        return (long) rows.size() * Integer.BYTES;
    }

    /** The rows of all batches. */
    public int totalRows() {
        return rows.stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        int length = rows.size() * Integer.BYTES;
        ByteBuf out = allocator.directBuffer(FrameHeader.LENGTH + length);
        new FrameHeader(0, length, type(), 0, evaluation).write(out);
        rows.forEach(out::writeIntLE);
        return out;
    }

    static BordersFrame decode(long evaluation, byte[] metadata) {
        if (metadata.length % Integer.BYTES != 0 || metadata.length < 2 * Integer.BYTES) {
            throw new ProtocolException("a BORDERS frame of " + metadata.length
                    + " bytes, which are not the row counts of two batches or more");
        }
        ByteBuf in = Unpooled.wrappedBuffer(metadata);
        List<Integer> rows = new ArrayList<>(metadata.length / Integer.BYTES);
        long total = 0;
        while (in.isReadable()) {
            int count = in.readIntLE();
            total += count;
            if (count < 0 || total > Integer.MAX_VALUE) {
                throw new ProtocolException(
                        "a BORDERS frame with a batch of " + count + " rows behind " + (total - count) + " of others");
            }
            rows.add(count);
        }
        return new BordersFrame(evaluation, List.copyOf(rows));
    }
}
