package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * What the worker made of a {@link PrepareFrame} (rule P10).
 *
 * @param reads the indexes of the input columns to send, ascending
 * @param rowAligned whether each output batch has one row per input row and the result columns alone
 * @param schema an encapsulated Arrow schema message: the result columns if row-aligned, else the whole output
 */
public record PreparedFrame(int id, List<Integer> reads, boolean rowAligned, List<Stage> stages, byte[] schema)
        implements Frame {

    /** What a stage turned out to be. */
    public record Stage(String function, String kind, String name) {}

    @Override
    public FrameType type() {
        return FrameType.PREPARED;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        byte[] metadata = Json.write(new Metadata(id, reads, rowAligned, stages));
        return Frame.encode(allocator, type(), 0, 0, metadata, schema);
    }

    static PreparedFrame decode(byte[] metadata, byte[] schema) {
        Metadata read = Json.read(FrameType.PREPARED, metadata, Metadata.class);
        return new PreparedFrame(read.id, List.copyOf(read.reads), read.rowAligned, List.copyOf(read.stages), schema);
    }

    private record Metadata(int id, List<Integer> reads, boolean rowAligned, List<Stage> stages) {}
}
