package io.github.reactorudf.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.github.reactorudf.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.types.pojo.Schema;

/** What stands around the messages of an Arrow IPC file: the magic at both ends, and the footer. */
final class FileFooter {
    /** What a file begins with: the magic, padded to 8 bytes. */
    static final byte[] HEAD = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    /** The bytes after the footer: its length and the magic. */
    static final int TRAILER = Integer.BYTES + MAGIC.length;

    private FileFooter() {}

    /** The footer's flatbuffer; not verified yet. */
    static ByteBuffer read(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < HEAD.length || !ByteBuffer.wrap(MAGIC).equals(bytes(channel, 0, MAGIC.length))) {
            throw new ProtocolException("It is not an Arrow file: it does not begin with ARROW1");
        }
        ByteBuffer trailer =
                size < HEAD.length + TRAILER ? ByteBuffer.allocate(TRAILER) : bytes(channel, size - TRAILER, TRAILER);
        int length = trailer.getInt();
        if (!ByteBuffer.wrap(MAGIC).equals(trailer)) {
            throw new ProtocolException("It is a truncated Arrow file: it does not end with ARROW1");
        }
        if (length <= 0 || length > size - TRAILER - HEAD.length) {
            throw new ProtocolException("Its footer has a length of " + length + " in a file of " + size + " bytes");
        }
        return bytes(channel, size - TRAILER - length, length);
    }

    private static ByteBuffer bytes(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (int read = 0; bytes.hasRemaining() && read >= 0; ) {
            read = channel.read(bytes, position + bytes.position());
        }
        return bytes.flip();
    }

    static Schema schema(Footer footer, int bytes) {
        if (footer.schema() == null) {
            throw new ProtocolException("Its footer has no schema");
        }
        return IpcSchema.convert(footer.schema(), bytes);
    }

    /** The footer's flatbuffer and what follows it. */
    static byte[] write(Schema messageFormat, List<ArrowBlock> dictionaries, List<ArrowBlock> batches) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        builder.finish(new ArrowFooter(messageFormat, dictionaries, batches).writeTo(builder));
        ByteBuffer footer = builder.dataBuffer();
        int length = footer.remaining();
        byte[] bytes = new byte[length + TRAILER];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(footer)
                .putInt(length)
                .put(MAGIC);
        return bytes;
    }
}
