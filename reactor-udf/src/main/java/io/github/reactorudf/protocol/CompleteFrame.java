package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The end of one direction of an evaluation (rules P14 and P15).
 *
 * @param right whether of the second input
 */
public record CompleteFrame(long evaluation, boolean right) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.COMPLETE;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), right ? RIGHT : 0, evaluation, new byte[0], new byte[0]);
    }
}
