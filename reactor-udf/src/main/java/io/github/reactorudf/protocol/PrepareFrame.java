package io.github.reactorudf.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.reactorudf.UdfException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the worker to prepare UDFs for an input schema under an id (rules P7 to P9).
 *
 * @param rowErrors {@link #FAIL}, {@link #NULL} or {@link #REPORT}
 * @param schema an encapsulated Arrow schema message, or those of both inputs, one behind the other
 */
public record PrepareFrame(int id, List<String> modules, String rowErrors, List<Stage> stages, byte[] schema)
        implements Frame {

    /** A row that makes a function raise fails the evaluation. */
    public static final String FAIL = "fail";

    /** Such a row gets null. */
    public static final String NULL = "null";

    /** Such a row gets null, and is told of in a {@link RowErrorsFrame}. */
    public static final String REPORT = "report";

    /**
     * One UDF of the trip; null members are for the function's signature to say.
     *
     * @param returns a {@code String} in pyarrow's spelling, a {@link SchemaReturns}, or null
     * @param source the text of the function's module, if it is not to be found on the worker's path
     * @param groupBy the columns whose values tell groups apart, or null without groups
     * @param collect how many bytes may be collected to bring the rows of a group together, or null if they come so
     * @param rows the rows around a row that an aggregate is of, or null
     * @param beside whether it was given to the same {@code evaluate} as the one before it
     * @param lateral whether its input's columns stay beside its output
     * @param concurrency how many calls are awaited at once, or null for the worker's default
     * @param groupRightBy the columns of the second input that stand for those of {@code groupBy}, or null where they
     *     have the same names
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Stage(
            String function,
            @Nullable String kind,
            @Nullable List<String> on,
            Map<String, @Nullable Object> with,
            @JsonProperty("as") @Nullable String name,
            @Nullable Object returns,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String source,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> groupBy,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long collect,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            RowsBetween rows,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean beside,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean lateral,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer concurrency,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> groupRightBy) {}

    /** A row frame: both ends, which belong to it, relative to a row; null is the group's border. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record RowsBetween(
            @Nullable Long start, @Nullable Long end) {}

    /** A result type given as an Arrow schema: the base64 of an encapsulated schema message. */
    public record SchemaReturns(String schema) {}

    @Override
    public FrameType type() {
        return FrameType.PREPARE;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        byte[] metadata = Json.write(new Metadata(id, modules, rowErrors, stages));
        if (metadata.length > FrameHeader.MAX_METADATA_LENGTH) {
            throw new UdfException("sources, constants and result types of an evaluation come to " + metadata.length
                    + " bytes, where " + FrameHeader.MAX_METADATA_LENGTH
                    + " are allowed: let the function read what is that large itself");
        }
        return Frame.encode(allocator, type(), 0, 0, metadata, schema);
    }

    static PrepareFrame decode(byte[] metadata, byte[] schema) {
        Metadata read = Json.read(FrameType.PREPARE, metadata, Metadata.class);
        String rowErrors = read.rowErrors == null ? FAIL : read.rowErrors;
        return new PrepareFrame(read.id, read.modules, rowErrors, read.stages, schema);
    }

    private record Metadata(
            int id, List<String> modules, @Nullable String rowErrors, List<Stage> stages) {}
}
