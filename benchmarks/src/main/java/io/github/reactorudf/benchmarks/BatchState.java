package io.github.reactorudf.benchmarks;

import io.github.reactorudf.arrow.ArrowMemory;
import io.github.reactorudf.arrow.DecodedBatch;
import io.github.reactorudf.arrow.IpcDecoder;
import io.github.reactorudf.arrow.IpcEncoder;
import io.github.reactorudf.arrow.IpcMessage;
import io.github.reactorudf.protocol.FrameDecoder;
import io.github.reactorudf.protocol.PayloadFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** A batch as it is here, in a frame as it is on the wire, and that frame as it was read; and what works on them. */
final class BatchState implements AutoCloseable {

    private final BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
    private final DictionaryProvider dictionaries = new DictionaryProvider.MapDictionaryProvider();
    private final List<PayloadFrame> frames = new ArrayList<>();
    private final Input input;
    private final VectorSchemaRoot batch;
    private final IpcEncoder encoder;
    private final IpcDecoder decoder;
    private final FrameDecoder frameDecoder;
    private final ByteBuf bytes;
    private final PayloadFrame frame;

    BatchState(int rows) {
        this.input =
                new Input(new Scenario("batch", Scenario.Mode.STREAM, Workload.LIGHT, rows, rows, 1, 1), allocator);
        this.batch = input.read().iterator().next();
        this.encoder = new IpcEncoder(batch.getSchema());
        this.decoder = new IpcDecoder(batch.getSchema(), allocator);
        this.frameDecoder = new FrameDecoder(allocator, read -> frames.add((PayloadFrame) read));
        ByteBuf parts = encode();
        this.bytes = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(parts);
        parts.release();
        this.frame = decodeFrame();
    }

    /** The frame of the batch: the caller's to release. */
    ByteBuf encode() {
        IpcMessage message = encoder.encode(batch.getFieldVectors(), batch.getRowCount(), dictionaries)
                .get(0);
        return PayloadFrame.encode(PooledByteBufAllocator.DEFAULT, 1, false, message);
    }

    /** The frame as it is read from a socket: the caller's to close. */
    PayloadFrame decodeFrame() {
        frameDecoder.decode(bytes.readerIndex(0));
        return frames.remove(0);
    }

    /** The batch of a frame, decoded and validated; gives its rows. */
    int decodeBatch() {
        frame.body().getReferenceManager().retain();
        try (DecodedBatch decoded = decoder.decode(ByteBuffer.wrap(frame.metadata()), frame.body())) {
            return decoded.rowCount();
        }
    }

    @Override
    public void close() {
        frame.body().close();
        bytes.release();
        frameDecoder.close();
        decoder.close();
        input.close();
        allocator.close();
    }
}
