package io.github.reactorudf.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.reactorudf.ProtocolException;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * As {@link IpcDecoderFuzzTest}, of messages that are well formed: a batch is laid out as a random schema wants it, or
 * nearly so, which random bytes hardly ever are.
 */
class BatchLayoutFuzzTest {

    private static final long LIMIT = 1 << 24;

    @FuzzTest(maxDuration = "30s")
    void anyLayout(FuzzedDataProvider data) {
        RandomLayout layout = new RandomLayout(data);
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(LIMIT)) {
            try (IpcDecoder decoder = new IpcDecoder(
                    IpcSchema.read(ByteBuffer.wrap(IpcSchema.write(new Schema(List.of(layout.field()))))), allocator)) {
                byte[] bytes = layout.body();
                ArrowBuf body = allocator.buffer(bytes.length);
                ArrowMemory.copy(Unpooled.wrappedBuffer(bytes), bytes.length, body, 0);
                try (DecodedBatch batch = decoder.decode(ByteBuffer.wrap(layout.message()), body)) {
                    EveryIndex.read(batch);
                }
            } catch (ProtocolException | OutOfMemoryException refused) {
                // As it should be; the latter is the allocator's limit.
            }
            assertEquals(0, allocator.getAllocatedMemory(), () -> layout.field().toString());
        }
    }
}
