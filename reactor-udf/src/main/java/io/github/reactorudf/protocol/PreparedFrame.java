package io.github.reactorudf.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the worker made of a {@link PrepareFrame} (rule P10).
 *
 * @param reads the indexes of the input columns to send, ascending
 * @param rowAligned whether each output batch has one row per input row and the result columns alone
 * @param schema an encapsulated Arrow schema message: the result columns if row-aligned, else the whole output
 * @param readsRight the same of the second input, or null without one
 * @param rowWise whether batches may be sent as one (rule P24)
 * @param divisible whether the batches of a stream may go to several evaluations (rule P25)
 */
public record PreparedFrame(
        int id,
        List<Integer> reads,
        boolean rowAligned,
        List<Stage> stages,
        byte[] schema,
        @Nullable List<Integer> readsRight,
        boolean rowWise,
        boolean divisible)
        implements Frame {

    /** What a stage turned out to be. */
    public record Stage(String function, String kind, String name) {}

    @Override
    public FrameType type() {
        return FrameType.PREPARED;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        byte[] metadata = Json.write(new Metadata(id, reads, rowAligned, stages, readsRight, rowWise, divisible));
        return Frame.encode(allocator, type(), 0, 0, metadata, schema);
    }

    static PreparedFrame decode(byte[] metadata, byte[] schema) {
        Metadata read = Json.read(FrameType.PREPARED, metadata, Metadata.class);
        return new PreparedFrame(
                read.id,
                Json.list(FrameType.PREPARED, "reads", read.reads),
                read.rowAligned,
                Json.list(FrameType.PREPARED, "stages", read.stages),
                schema,
                read.readsRight == null ? null : Json.list(FrameType.PREPARED, "readsRight", read.readsRight),
                read.rowWise,
                read.divisible);
    }

    private record Metadata(
            int id,
            @Nullable List<Integer> reads,
            boolean rowAligned,
            @Nullable List<Stage> stages,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Integer> readsRight,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean rowWise,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean divisible) {}
}
