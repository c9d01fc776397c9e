package io.github.reactorudf.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.reactorudf.ProtocolException;
import io.github.reactorudf.arrow.ArrowMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are frames or a {@link ProtocolException}, in whatever pieces they come; nothing leaks. */
class FrameDecoderFuzzTest {

    private static final Path GOLDEN = Path.of("../src/test/resources/frames");
    private static final long LIMIT = 1 << 20;

    static Stream<byte[]> goldenFrames() throws IOException {
        return Files.list(GOLDEN)
                .filter(file -> file.toString().endsWith(".hex"))
                .map(FrameDecoderFuzzTest::bytes);
    }

    @MethodSource("goldenFrames")
    @FuzzTest(maxDuration = "30s")
    void anyBytes(byte[] bytes) {
        decode(bytes, bytes.length);
        decode(bytes, 1 + bytes.length % 31);
    }

    private static void decode(byte[] bytes, int piece) {
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(LIMIT)) {
            try (FrameDecoder decoder = new FrameDecoder(allocator, FrameDecoderFuzzTest::close)) {
                ByteBuf in = Unpooled.wrappedBuffer(bytes);
                while (in.isReadable()) {
                    decoder.decode(in.readSlice(Math.min(piece, in.readableBytes())));
                }
            } catch (ProtocolException | OutOfMemoryException refused) {
                // As it should be; the latter is the allocator's limit.
            }
            assertEquals(0, allocator.getAllocatedMemory());
        }
    }

    private static void close(Frame frame) {
        if (frame instanceof PayloadFrame payload) {
            payload.body().close();
        }
    }

    private static byte[] bytes(Path hex) {
        try {
            return HexFormat.of().parseHex(Files.readString(hex).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
