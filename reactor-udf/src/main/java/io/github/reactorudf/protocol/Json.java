package io.github.reactorudf.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.reactorudf.ProtocolException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of metadata: unknown members are ignored (rule P2); NaN and infinities are written as Python reads them. */
final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private Json() {}

    /**
     * Makes what reads the metadata of frames. Jackson does so once for each type, under a lock: that is not for an
     * event loop, where the others would wait for it.
     */
    static void prepare() {
        for (Class<?> frame : Frame.class.getPermittedSubclasses()) {
            for (Class<?> metadata : frame.getDeclaredClasses()) {
                MAPPER.readerFor(metadata);
            }
        }
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A member that a frame is nothing without. */
    static <T> T required(FrameType type, String name, @Nullable T member) {
        if (member == null) {
            throw new ProtocolException("the JSON of a " + type + " frame lacks " + name);
        }
        return member;
    }

    /** A member that is a list without nulls. */
    static <T> List<T> list(FrameType type, String name, @Nullable List<T> member) {
        List<T> list = required(type, name, member);
        list.forEach(element -> required(type, "an element of " + name, element));
        return List.copyOf(list);
    }

    static <T> T read(FrameType type, byte[] metadata, Class<T> as) {
        try {
            T value = MAPPER.readValue(metadata, as);
            if (value == null) {
                throw new ProtocolException("the JSON of a " + type + " frame is null");
            }
            return value;
        } catch (IOException e) {
            throw new ProtocolException("the JSON of a " + type + " frame cannot be read: " + e.getMessage(), e);
        }
    }
}
