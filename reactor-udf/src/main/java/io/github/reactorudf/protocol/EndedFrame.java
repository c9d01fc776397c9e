package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The worker is done with an evaluation: no byte of it follows (rule P16).
 *
 * @param retiring whether the worker ends too, so that the connection must not be used again
 */
public record EndedFrame(long evaluation, boolean retiring) implements Frame {

    private static final int RETIRING = 1;

    @Override
    public FrameType type() {
        return FrameType.ENDED;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), retiring ? RETIRING : 0, evaluation, new byte[0], new byte[0]);
    }

    static EndedFrame decode(FrameHeader header) {
        return new EndedFrame(header.evaluation(), header.hasFlag(RETIRING));
    }
}
