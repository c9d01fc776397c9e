package io.github.reactorudf.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong in the worker (rule P19).
 *
 * @param kind {@code "python"}, {@code "usage"} or {@code "protocol"}
 * @param pythonType the qualified class of the Python exception, or null
 * @param batch the index of the input batch last handed to user code, or -1
 */
public record ErrorFrame(
        long evaluation,
        String kind,
        @Nullable String pythonType,
        String message,
        @Nullable String traceback,
        @Nullable String function,
        long batch)
        implements Frame {

    public static final String PYTHON = "python";
    public static final String USAGE = "usage";

    @Override
    public FrameType type() {
        return FrameType.ERROR;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        byte[] metadata = Json.write(new Metadata(kind, pythonType, message, traceback, function, batch));
        return Frame.encode(allocator, type(), evaluation, metadata);
    }

    static ErrorFrame decode(long evaluation, byte[] metadata) {
        Metadata read = Json.read(FrameType.ERROR, metadata, Metadata.class);
        return new ErrorFrame(
                evaluation,
                Json.required(FrameType.ERROR, "kind", read.kind),
                read.pythonType,
                Json.required(FrameType.ERROR, "message", read.message),
                read.traceback,
                read.function,
                read.batch == null ? -1 : read.batch);
    }

    private record Metadata(
            @Nullable String kind,
            @JsonProperty("type") @Nullable String pythonType,
            @Nullable String message,
            @Nullable String traceback,
            @Nullable String function,
            @Nullable Long batch) {}
}
