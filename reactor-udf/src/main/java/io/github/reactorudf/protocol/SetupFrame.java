package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Opens an evaluation of what was prepared (rule P12).
 *
 * @param window the input credit that the JVM starts with and the worker keeps topped up
 * @param demand the output credit that the worker starts with
 */
public record SetupFrame(long evaluation, int prepared, Credit window, Credit demand) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.SETUP;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), evaluation, Json.write(new Metadata(prepared, window, demand)));
    }

    static SetupFrame decode(long evaluation, byte[] metadata) {
        Metadata read = Json.read(FrameType.SETUP, metadata, Metadata.class);
        return new SetupFrame(evaluation, read.prepared, read.window, read.demand);
    }

    private record Metadata(int prepared, Credit window, Credit demand) {}
}
