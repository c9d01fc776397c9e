package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A frame of the protocol; see rule P3 for who sends which. Immutable, apart from the body of a {@link PayloadFrame}.
 */
public sealed interface Frame
        permits HelloFrame,
                WelcomeFrame,
                PrepareFrame,
                PreparedFrame,
                SetupFrame,
                RequestNFrame,
                PayloadFrame,
                CompleteFrame,
                CancelFrame,
                ErrorFrame,
                EndedFrame,
                LogFrame,
                RowErrorsFrame,
                BordersFrame {

    /** The flag of what is about the second input. */
    int RIGHT = 2;

    FrameType type();

    /** The evaluation this frame belongs to; 0 for frames of the connection. */
    default long evaluation() {
        return 0;
    }

    /** Header and content; the caller releases it. */
    ByteBuf encode(ByteBufAllocator allocator);

    /** What every frame but {@link PayloadFrame} is: a header, a small metadata, a small body. */
    static ByteBuf encode(
            ByteBufAllocator allocator, FrameType type, int flags, long evaluation, byte[] metadata, byte[] body) {
        ByteBuf out = allocator.directBuffer(FrameHeader.LENGTH + metadata.length + body.length);
        new FrameHeader(body.length, metadata.length, type, flags, evaluation).write(out);
        return out.writeBytes(metadata).writeBytes(body);
    }

    static ByteBuf encode(ByteBufAllocator allocator, FrameType type, long evaluation, byte[] metadata) {
        return encode(allocator, type, 0, evaluation, metadata, new byte[0]);
    }
}
