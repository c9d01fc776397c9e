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

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
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
