package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Reads an Arrow IPC stream. */
public final class IpcStreamReader implements BatchSource {
    private final InputStream in;
    private final MessageInput input;
    private final BufferAllocator allocator;
    private @Nullable IpcDecoder decoder;

    /** Takes over {@code in}, and closes it with itself. */
    public IpcStreamReader(InputStream in, BufferAllocator allocator) {
        this.in = in;
        this.input = new MessageInput(Channels.newChannel(in));
        this.allocator = allocator;
    }

    @Override
    public @Nullable DecodedBatch next() throws IOException {
        IpcDecoder decoder = decoder();
        for (ByteBuffer metadata; (metadata = input.metadata()) != null; ) {
            DecodedBatch batch = MessageInput.announced(metadata).decode(metadata, input, decoder, allocator);
            if (batch != null) {
                return batch;
            }
        }
        return null;
    }

    private IpcDecoder decoder() throws IOException {
        if (decoder == null) {
            ByteBuffer schema = input.metadata();
            if (schema == null) {
                throw new ProtocolException("It ends before the schema of an Arrow stream");
            }
            decoder = new IpcDecoder(IpcSchema.read(schema), allocator, true);
        }
        return decoder;
    }

    @Override
    public void close() throws IOException {
        try (in) {
            if (decoder != null) {
                decoder.close();
            }
        }
    }
}
