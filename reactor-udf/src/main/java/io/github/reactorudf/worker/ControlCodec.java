package io.github.reactorudf.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Control frames on a byte stream: a little-endian u32 length, and that many bytes of a JSON object whose member
 * {@code "type"} names the frame. Unknown members are ignored. The Python twin is {@code reactor_udf._control}.
 */
final class ControlCodec {

    static final int LIMIT = 1 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ControlCodec() {}

    /** Writes one frame in one write, and flushes. Blocks. */
    static void write(OutputStream out, ControlFrame frame) throws IOException {
        byte[] body = MAPPER.writeValueAsBytes(frame);
        if (body.length > LIMIT) {
            throw new IOException("a control frame of " + body.length + " bytes is longer than " + LIMIT);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
        out.write(bytes.putInt(body.length).put(body).array());
        out.flush();
    }

    /**
     * Reads one frame; null at the end of the stream. Blocks.
     *
     * @throws IOException if the stream breaks, ends within a frame, or does not carry control frames
     */
    static @Nullable ControlFrame read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(Integer.BYTES);
        if (header.length == 0) {
            return null;
        }
        byte[] body = readBody(in, header);
        try {
            return MAPPER.readValue(body, ControlFrame.class);
        } catch (JsonProcessingException e) {
            throw new IOException("not a control frame: " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] readBody(InputStream in, byte[] header) throws IOException {
        if (header.length < Integer.BYTES) {
            throw new EOFException("the control stream ended within a frame");
        }
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length < 0 || length > LIMIT) {
            throw new IOException(
                    "a control frame of " + Integer.toUnsignedString(length) + " bytes is longer than " + LIMIT);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the control stream ended within a frame");
        }
        return body;
    }
}
