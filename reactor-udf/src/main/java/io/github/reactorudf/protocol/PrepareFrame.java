package io.github.reactorudf.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the worker to prepare UDFs for an input schema under an id (rules P7 to P9).
 *
 * @param schema an encapsulated Arrow schema message
 */
public record PrepareFrame(int id, List<String> modules, List<Stage> stages, byte[] schema) implements Frame {

    /**
     * One UDF of the trip; null members are for the function's signature to say.
     *
     * @param returns a {@code String} in pyarrow's spelling, a {@link SchemaReturns}, or null
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Stage(
            String function,
            @Nullable String kind,
            @Nullable List<String> on,
            Map<String, @Nullable Object> with,
            @JsonProperty("as") @Nullable String name,
            @Nullable Object returns) {}

    /** A result type given as an Arrow schema: the base64 of an encapsulated schema message. */
    public record SchemaReturns(String schema) {}

    @Override
    public FrameType type() {
        return FrameType.PREPARE;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), 0, 0, Json.write(new Metadata(id, modules, stages)), schema);
    }

    static PrepareFrame decode(byte[] metadata, byte[] schema) {
        Metadata read = Json.read(FrameType.PREPARE, metadata, Metadata.class);
        return new PrepareFrame(read.id, read.modules, read.stages, schema);
    }

    private record Metadata(int id, List<String> modules, List<Stage> stages) {}
}
