package io.github.reactorudf.samples.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** The values of {@code --with}. */
final class Constants {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Constants() {}

    /**
     * The value that {@code text} is in JSON, or {@code text} itself: {@code 0.5}, {@code [1, 2]}, {@code true},
     * {@code JFK}.
     */
    static @Nullable Object parse(String text) {
        try {
            return text.isBlank() ? text : JSON.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            return text;
        }
    }
}
