package io.github.reactorudf.protocol;

import io.github.reactorudf.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Adds to the other side's credit (rules D2 to D7).
 *
 * @param waiting whether the worker's user code waits for input, with nothing queued
 * @param right whether about the second input
 */
public record RequestNFrame(long evaluation, Credit credit, boolean waiting, boolean right) implements Frame {

    private static final int METADATA_LENGTH = 16;
    private static final int WAITING = 1;

    @Override
    public FrameType type() {
        return FrameType.REQUEST_N;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        ByteBuf out = allocator.directBuffer(FrameHeader.LENGTH + METADATA_LENGTH);
        int flags = (waiting ? WAITING : 0) | (right ? RIGHT : 0);
        new FrameHeader(0, METADATA_LENGTH, type(), flags, evaluation).write(out);
        return out.writeLongLE(credit.batches()).writeLongLE(credit.bytes());
    }

    static RequestNFrame decode(FrameHeader header, ByteBuf metadata) {
        if (metadata.readableBytes() != METADATA_LENGTH) {
            throw new ProtocolException("a REQUEST_N frame with " + metadata.readableBytes() + " bytes of metadata");
        }
        Credit credit = new Credit(metadata.readLongLE(), metadata.readLongLE());
        if (credit.batches() < 0 || credit.bytes() < 0) {
            throw new ProtocolException("a REQUEST_N frame that takes demand back: " + credit);
        }
        return new RequestNFrame(header.evaluation(), credit, header.hasFlag(WAITING), header.hasFlag(RIGHT));
    }
}
