package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Reads encapsulated messages from a channel, blocking. */
final class MessageInput {
    private static final int MAX_METADATA = 256 << 20;
    private static final int FILE_MAGIC_START = 0x4F525241; // "ARRO"
    private static final int CHUNK = 64 * 1024;

    private final ReadableByteChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

    MessageInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** The next message's encapsulated metadata; null at the end of the stream, marked or not. */
    @Nullable
    ByteBuffer metadata() throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(Encapsulation.PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        if (!fill(prefix)) {
            return null;
        }
        if (prefix.getInt(0) != Encapsulation.CONTINUATION) {
            throw new ProtocolException(
                    prefix.getInt(0) == FILE_MAGIC_START
                            ? "This is an Arrow file, not an Arrow stream; read it as a file"
                            : "This is not an Arrow stream, or one from before Arrow 0.15");
        }
        int length = prefix.getInt(Integer.BYTES);
        return length == 0 ? null : withPrefix(prefix, length);
    }

    private ByteBuffer withPrefix(ByteBuffer prefix, int length) throws IOException {
        if (length < 0 || length > MAX_METADATA) {
            throw new ProtocolException("An Arrow message of " + length + " bytes of metadata");
        }
        ByteBuffer metadata = ByteBuffer.allocate(Encapsulation.PREFIX + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(prefix.flip());
        require(fill(metadata), "metadata");
        return metadata.flip();
    }

    /** Metadata whose length, with its prefix, is known. */
    ByteBuffer metadata(int length) throws IOException {
        ByteBuffer metadata = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        require(fill(metadata), "metadata");
        return metadata.flip();
    }

    /** A body, which is the caller's. */
    ArrowBuf body(long length, BufferAllocator allocator) throws IOException {
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new ProtocolException("An Arrow message body of " + length + " bytes; at most 2 GiB - 1 can be read");
        }
        ArrowBuf body = allocator.buffer(length);
        try {
            for (long done = 0; done < length; done += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK, length - done));
                require(fill(chunk), "body");
                ArrowMemory.copy(Unpooled.wrappedBuffer(chunk.flip()), chunk.limit(), body, done);
            }
            return body;
        } catch (Throwable e) {
            body.close();
            throw e;
        }
    }

    /** Fills {@code buffer}; false if the channel was at its end already. */
    private boolean fill(ByteBuffer buffer) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                if (buffer.position() == start) {
                    return false;
                }
                throw truncated("message");
            }
        }
        return true;
    }

    private static void require(boolean filled, String part) throws IOException {
        if (!filled) {
            throw truncated(part);
        }
    }

    private static IOException truncated(String part) {
        return new EOFException("It ends within an Arrow message's " + part);
    }

    /** What kind of message, and how long a body, {@code metadata} announces. */
    static Announced announced(ByteBuffer metadata) {
        try {
            Message message = Encapsulation.unwrap(metadata);
            return new Announced(message.headerType(), message.bodyLength());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ProtocolException("A malformed Arrow message: " + e, e);
        }
    }

    record Announced(byte type, long bodyLength) {
        /**
         * Reads the message's body and gives both to {@code decoder}; the batch if it was one, null if a dictionary.
         */
        @Nullable
        DecodedBatch decode(ByteBuffer metadata, MessageInput input, IpcDecoder decoder, BufferAllocator allocator)
                throws IOException {
            switch (type) {
                case MessageHeader.DictionaryBatch -> {
                    decoder.dictionary(metadata, input.body(bodyLength, allocator));
                    return null;
                }
                case MessageHeader.RecordBatch -> {
                    return decoder.decode(metadata, input.body(bodyLength, allocator));
                }
                default -> throw new ProtocolException("An Arrow message of type " + type + " among the batches");
            }
        }
    }
}
