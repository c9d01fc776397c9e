package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens an evaluation of what was prepared (rule P12).
 *
 * @param window the input credit that the JVM starts with and the worker keeps topped up
 * @param demand the output credit that the worker starts with
 * @param clocked whether the worker says what a clock must know (rule D8)
 * @param context what user code sees of the Reactor Context
 */
public record SetupFrame(
        long evaluation, int prepared, Credit window, Credit demand, boolean clocked, Map<String, String> context)
        implements Frame {

    @Override
    public FrameType type() {
        return FrameType.SETUP;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        Metadata metadata =
                new Metadata(prepared, window, demand, clocked ? true : null, context.isEmpty() ? null : context);
        return Frame.encode(allocator, type(), evaluation, Json.write(metadata));
    }

    static SetupFrame decode(long evaluation, byte[] metadata) {
        Metadata read = Json.read(FrameType.SETUP, metadata, Metadata.class);
        return new SetupFrame(
                evaluation,
                read.prepared,
                read.window,
                read.demand,
                Boolean.TRUE.equals(read.clocked),
                read.context == null ? Map.of() : read.context);
    }

    private record Metadata(
            int prepared,
            Credit window,
            Credit demand,
            @Nullable Boolean clocked,
            @Nullable Map<String, String> context) {}
}
