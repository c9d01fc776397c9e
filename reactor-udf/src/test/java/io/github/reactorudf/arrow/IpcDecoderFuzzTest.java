package io.github.reactorudf.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.reactorudf.ProtocolException;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Any bytes, read as an Arrow stream, are batches or a {@link ProtocolException}: what is returned can be read at every
 * index, and nothing leaks. The seeds are streams that {@code python-worker/scripts/write_fuzz_seeds.py} writes.
 */
class IpcDecoderFuzzTest {

    private static final long LIMIT = 1 << 24;

    @FuzzTest(maxDuration = "30s")
    void anyBytes(byte[] bytes) {
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(LIMIT)) {
            try {
                read(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), allocator);
            } catch (ProtocolException | OutOfMemoryException refused) {
                // As it should be; the latter is the allocator's limit.
            }
            assertEquals(0, allocator.getAllocatedMemory());
        }
    }

    private static void read(ByteBuffer stream, BufferAllocator allocator) {
        try (IpcDecoder decoder = new IpcDecoder(IpcSchema.read(metadata(stream)), allocator)) {
            while (stream.remaining() > Encapsulation.PREFIX) {
                ByteBuffer metadata = metadata(stream);
                MessageInput.Announced announced = MessageInput.announced(metadata);
                ArrowBuf body = body(stream, announced.bodyLength(), allocator);
                if (announced.type() == MessageHeader.DictionaryBatch) {
                    decoder.dictionary(metadata, body);
                } else {
                    try (DecodedBatch batch = decoder.decode(metadata, body)) {
                        EveryIndex.read(batch);
                    }
                }
            }
        }
    }

    /** As long as its prefix says, or as there are bytes. */
    private static ByteBuffer metadata(ByteBuffer stream) {
        int length = stream.remaining() < Encapsulation.PREFIX ? 0 : stream.getInt(stream.position() + Integer.BYTES);
        int total = (int) Math.min(Math.max(0L, length) + Encapsulation.PREFIX, stream.remaining());
        ByteBuffer metadata = stream.slice(stream.position(), total);
        stream.position(stream.position() + total);
        return metadata;
    }

    private static ArrowBuf body(ByteBuffer stream, long announced, BufferAllocator allocator) {
        int length = (int) Math.min(Math.max(0, announced), stream.remaining());
        ArrowBuf body = allocator.buffer(length);
        ArrowMemory.copy(Unpooled.wrappedBuffer(stream.slice(stream.position(), length)), length, body, 0);
        stream.position(stream.position() + length);
        return body;
    }
}
