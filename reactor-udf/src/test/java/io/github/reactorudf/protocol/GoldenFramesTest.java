package io.github.reactorudf.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.reactorudf.ProtocolException;
import io.github.reactorudf.arrow.ArrowMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames that both languages' tests read and write: {@code src/test/resources/frames} of the repository. */
class GoldenFramesTest {

    private static final Path GOLDEN = Path.of("../src/test/resources/frames");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
    }

    static Stream<String> names() throws IOException {
        return StreamSupport.stream(descriptions().spliterator(), false)
                .map(frame -> frame.get("name").asText());
    }

    @ParameterizedTest
    @MethodSource("names")
    void isDecodedAndEncoded(String name) throws IOException {
        JsonNode expected = description(name);
        byte[] golden = golden(name);
        Frame frame = decode(golden, golden.length);

        assertEquals(expected.get("type").asInt(), frame.type().code());
        assertEquals(expected.get("evaluation").asLong(), frame.evaluation());
        byte[] encoded = encode(frame);
        assertEquals(json(golden), json(encoded), "JSON of the metadata");
        if (json(golden).isMissingNode()) {
            assertEquals(HexFormat.of().formatHex(golden), HexFormat.of().formatHex(encoded));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void isDecodedFromSinglePieces(String name) throws IOException {
        byte[] golden = golden(name);
        Frame whole = decode(golden, golden.length);
        Frame pieces = decode(golden, 1);
        assertEquals(HexFormat.of().formatHex(encode(whole)), HexFormat.of().formatHex(encode(pieces)));
    }

    @Test
    void everyTypeHasAGoldenFrame() throws IOException {
        List<Integer> types = new ArrayList<>();
        descriptions().forEach(frame -> types.add(frame.get("type").asInt()));
        for (FrameType type : FrameType.values()) {
            assertTrue(types.contains(type.code()), type + " has none");
        }
    }

    @Test
    void whatRuleP2ForbidsIsRefused() {
        assertRefused("ffffffffffffffff000000000800000005000000000000000000", "a body of -1 bytes");
        assertRefused("0000000000000000ffffffff0800000005000000000000000000", "-1 bytes of metadata");
        assertRefused("0000000000000000000000006300000005000000000000000000", "unknown type 99");
        assertRefused("0000000000000000000000000800010005000000000000000000", "reserved field is 1");
        assertRefused("0000000001000000000000000700000005000000000000000000", "a body of 4294967296 bytes");
        assertRefused("0100000100000000000000000800000005000000000000000000", "a body of 16777217 bytes");
    }

    private void assertRefused(String hex, String message) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ProtocolException refusal = assertThrows(ProtocolException.class, () -> decode(bytes, bytes.length));
        assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::toString);
    }

    private Frame decode(byte[] bytes, int piece) {
        List<Frame> frames = new ArrayList<>();
        try (FrameDecoder decoder = new FrameDecoder(allocator, frames::add)) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            while (in.isReadable()) {
                decoder.decode(in.readSlice(Math.min(piece, in.readableBytes())));
            }
        }
        assertEquals(1, frames.size());
        return frames.get(0);
    }

    private static byte[] encode(Frame frame) {
        ByteBuf out = frame.encode(ByteBufAllocator.DEFAULT);
        try {
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
            if (frame instanceof PayloadFrame payload) {
                payload.body().close();
            }
        }
    }

    /** The metadata as JSON, without members that are null or say what their absence says. */
    private static JsonNode json(byte[] frame) throws IOException {
        int metadataLength = Unpooled.wrappedBuffer(frame).getIntLE(8);
        if (metadataLength == 0 || frame[FrameHeader.LENGTH] != '{') {
            return JSON.missingNode();
        }
        JsonNode read = JSON.readTree(frame, FrameHeader.LENGTH, metadataLength);
        if (read.path("batch").asInt() == -1) {
            ((ObjectNode) read).remove("batch");
        }
        return read;
    }

    private static JsonNode descriptions() throws IOException {
        return JSON.readTree(GOLDEN.resolve("frames.json").toFile());
    }

    private static JsonNode description(String name) throws IOException {
        for (JsonNode frame : descriptions()) {
            if (frame.get("name").asText().equals(name)) {
                return frame;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static byte[] golden(String name) throws IOException {
        String hex = Files.readString(GOLDEN.resolve(name + ".hex")).replaceAll("\\s", "");
        return HexFormat.of().parseHex(hex);
    }
}
