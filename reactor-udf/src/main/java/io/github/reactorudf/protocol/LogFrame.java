package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A line that user code printed or logged.
 *
 * @param logger {@code "stdout"}, {@code "stderr"}, or the name of a Python logger
 * @param level {@code "ERROR"}, {@code "WARN"}, {@code "INFO"}, {@code "DEBUG"} or {@code "TRACE"}
 */
public record LogFrame(long evaluation, String logger, String level, String message) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.LOG;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), evaluation, Json.write(new Metadata(logger, level, message)));
    }

    static LogFrame decode(long evaluation, byte[] metadata) {
        Metadata read = Json.read(FrameType.LOG, metadata, Metadata.class);
        return new LogFrame(
                evaluation,
                Json.required(FrameType.LOG, "logger", read.logger),
                Json.required(FrameType.LOG, "level", read.level),
                Json.required(FrameType.LOG, "message", read.message));
    }

    private record Metadata(
            @Nullable String logger,
            @Nullable String level,
            @Nullable String message) {}
}
