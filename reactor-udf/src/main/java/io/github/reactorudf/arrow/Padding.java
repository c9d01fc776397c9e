package io.github.reactorudf.arrow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** The zeros between the buffers of a message's body. */
final class Padding {
    private static final int ALIGNMENT = 8;
    private static final ByteBuf ZEROS =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(ALIGNMENT).writeZero(ALIGNMENT));

    private Padding() {}

    /** Pads up to the next multiple of 8 bytes, and returns it. */
    static long align(List<ByteBuf> body, long from) {
        return pad(body, from, (from + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    /** Pads up to {@code to}, fewer than 8 bytes away, and returns it. */
    static long pad(List<ByteBuf> body, long from, long to) {
        if (to > from) {
            body.add(ZEROS.slice(0, (int) (to - from)));
        }
        return to;
    }
}
