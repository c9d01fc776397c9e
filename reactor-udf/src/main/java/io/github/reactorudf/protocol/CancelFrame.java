package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The JVM wants no more of an evaluation; idempotent (rule P14). */
public record CancelFrame(long evaluation) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.CANCEL;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), evaluation, new byte[0]);
    }
}
