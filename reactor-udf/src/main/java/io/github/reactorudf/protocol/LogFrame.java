package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

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
        return new LogFrame(evaluation, read.logger, read.level, read.message);
    }

    private record Metadata(String logger, String level, String message) {}
}
