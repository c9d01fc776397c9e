package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The end of one direction of an evaluation (rules P14 and P15). */
public record CompleteFrame(long evaluation) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.COMPLETE;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), evaluation, new byte[0]);
    }
}
