package io.github.reactorudf.arrow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** A socket's stand-in: encoded messages go through heap bytes into a decoder, and can be spoiled on the way. */
public final class Wire {
    private Wire() {}

    /** A message as it arrived. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Arrived(ByteBuffer metadata, byte[] body, boolean isDictionary) {
        ArrowBuf body(BufferAllocator allocator) {
            ArrowBuf buf = allocator.buffer(body.length);
            ArrowMemory.copy(Unpooled.wrappedBuffer(body), body.length, buf, 0);
            return buf;
        }
    }

    /** Sends one batch; the columns stay the caller's. */
    public static List<Arrived> send(
            IpcEncoder encoder, List<FieldVector> columns, int rowCount, DictionaryProvider dictionaries) {
        return encoder.encode(columns, rowCount, dictionaries).stream()
                .map(Wire::arrived)
                .toList();
    }

    static Arrived arrived(IpcMessage message) {
        byte[] body = new byte[(int) message.bodyLength()];
        int position = 0;
        for (ByteBuf buffer : message.body()) {
            int length = buffer.readableBytes();
            buffer.readBytes(body, position, length);
            position += length;
        }
        message.release();
        return new Arrived(ByteBuffer.wrap(message.metadata()), body, message.isDictionary());
    }

    /** Receives dictionaries and one batch, which comes last. */
    public static DecodedBatch receive(IpcDecoder decoder, List<Arrived> messages, BufferAllocator allocator) {
        for (Arrived message : messages.subList(0, messages.size() - 1)) {
            decoder.dictionary(message.metadata(), message.body(allocator));
        }
        Arrived last = messages.get(messages.size() - 1);
        return decoder.decode(last.metadata(), last.body(allocator));
    }
}
