package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;

/** The prefix that the IPC format puts before a message's flatbuffer: a continuation marker and a length. */
final class Encapsulation {
    static final int CONTINUATION = -1;
    static final int PREFIX = 8;
    private static final int ALIGNMENT = 64;

    private Encapsulation() {}

    static byte[] wrap(ByteBuffer flatbuffer) {
        int total = (PREFIX + flatbuffer.remaining() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] bytes = new byte[total];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(CONTINUATION)
                .putInt(total - PREFIX)
                .put(flatbuffer.duplicate());
        return bytes;
    }

    /** As {@link #unwrap(ByteBuffer)}, of that type. */
    static Message unwrap(ByteBuffer encapsulated, byte headerType) {
        Message message = unwrap(encapsulated);
        if (message.headerType() != headerType) {
            throw new ProtocolException(
                    "An Arrow message of type " + message.headerType() + " where type " + headerType + " was expected");
        }
        return message;
    }

    /** The message in {@code encapsulated}, which is left as it was. Its fields are not verified yet. */
    static Message unwrap(ByteBuffer encapsulated) {
        ByteBuffer bytes = encapsulated.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < PREFIX || bytes.getInt() != CONTINUATION) {
            throw new ProtocolException("Not an encapsulated Arrow message: the continuation marker is missing");
        }
        int length = bytes.getInt();
        if (length <= 0 || length > bytes.remaining()) {
            throw new ProtocolException("An Arrow message of " + length + " bytes of metadata in a buffer of "
                    + bytes.remaining() + " bytes");
        }
        bytes.limit(bytes.position() + length);
        Message message = Message.getRootAsMessage(bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
        if (message.version() != MetadataVersion.V5 && message.version() != MetadataVersion.V4) {
            throw new ProtocolException(
                    "Arrow metadata of version V" + (message.version() + 1) + "; V4 and V5 are known");
        }
        return message;
    }
}
