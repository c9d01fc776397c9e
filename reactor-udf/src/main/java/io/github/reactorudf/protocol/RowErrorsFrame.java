package io.github.reactorudf.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.reactorudf.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the batch that follows made a function raise (rule P20).
 *
 * @param rows at least one, ascending
 * @param bytes what the frame spends of a {@link Credit} (rule D2)
 */
public record RowErrorsFrame(long evaluation, List<Row> rows, int bytes) implements Frame {

    /**
     * One row.
     *
     * @param row its zero-based index in the batch
     * @param pythonType the qualified class of the exception; null if the row's result can't be what was promised
     */
    public record Row(
            int row,
            @JsonProperty("type") @Nullable String pythonType,
            String message,
            String traceback,
            String function) {}

    @Override
    public FrameType type() {
        return FrameType.ROW_ERRORS;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), evaluation, Json.write(new Metadata(rows)));
    }

    static RowErrorsFrame decode(long evaluation, byte[] metadata) {
        FrameType type = FrameType.ROW_ERRORS;
        List<Row> rows = Json.list(type, "rows", Json.read(type, metadata, Metadata.class).rows);
        if (rows.isEmpty()) {
            throw new ProtocolException("a ROW_ERRORS frame without rows");
        }
        for (Row row : rows) {
            Json.required(type, "message", row.message);
            Json.required(type, "traceback", row.traceback);
            Json.required(type, "function", row.function);
        }
        return new RowErrorsFrame(evaluation, rows, metadata.length);
    }

    private record Metadata(@Nullable List<Row> rows) {}
}
