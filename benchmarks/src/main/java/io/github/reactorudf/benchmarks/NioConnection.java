package io.github.reactorudf.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A connection to a server of its own, over a Unix domain socket. Each way goes the length of an Arrow message as an
 * i64, then the message; length 0 ends an evaluation. The first message of an evaluation is its setup. One thread
 * writes and one reads at a time.
 */
final class NioConnection implements AutoCloseable {

    private static final int SOCKET_BUFFER = 1 << 20;
    private static final int LENGTH = Long.BYTES;
    private static final int PREFIX = 8;
    private static final int CONTINUATION = -1;
    private static final int ALIGNMENT = 8;

    private final PythonProcess server;
    private final SocketChannel channel;
    private final BufferAllocator allocator;
    private final ByteBuffer padding = ByteBuffer.allocateDirect(ALIGNMENT);
    private final ByteBuffer head = direct(LENGTH);
    private ByteBuffer header = direct(1 << 12);

    NioConnection(Home home, BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        this.server = new PythonProcess(home, "nio_server.py");
        Path socket = Path.of(server.greeting().get("socket").asText());
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The message that begins an evaluation. */
    static byte[] setup(Workload workload, Form form, Schema input) {
        byte[] what = (workload.key() + " " + form.key() + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] schema = input.serializeAsMessage();
        return ByteBuffer.allocate(what.length + schema.length)
                .put(what)
                .put(schema)
                .array();
    }

    /** What results are read into: the caller's to close. */
    VectorSchemaRoot results(Workload workload) {
        return VectorSchemaRoot.create(workload.results(), allocator);
    }

    void open(byte[] setup) throws IOException {
        writeFully(
                direct(LENGTH + setup.length).putLong(setup.length).put(setup).flip());
    }

    void end() throws IOException {
        writeFully(direct(LENGTH).putLong(0).flip());
    }

    /** Writes a batch from the memory that it is in, with as few calls as the socket takes. */
    void write(VectorSchemaRoot batch) throws IOException {
        try (ArrowRecordBatch record = new VectorUnloader(batch).getRecordBatch()) {
            ByteBuffer metadata = MessageSerializer.serializeMetadata(record, IpcOption.DEFAULT);
            int metadataLength = aligned(PREFIX + metadata.remaining());
            long bodyLength = record.computeBodyLength();
            List<ByteBuffer> parts = new ArrayList<>();
            parts.add(header(metadata, metadataLength, bodyLength));
            for (ArrowBuf buffer : record.getBuffers()) {
                int length = (int) buffer.readableBytes();
                if (length > 0) {
                    parts.add(buffer.nioBuffer(buffer.readerIndex(), length));
                }
                if (aligned(length) > length) {
                    parts.add(padding.slice(0, aligned(length) - length));
                }
            }
            writeFully(parts.toArray(ByteBuffer[]::new));
        }
    }

    private ByteBuffer header(ByteBuffer metadata, int metadataLength, long bodyLength) {
        if (header.capacity() < LENGTH + metadataLength) {
            header = direct(LENGTH + metadataLength);
        }
        header.clear()
                .putLong(metadataLength + bodyLength)
                .putInt(CONTINUATION)
                .putInt(metadataLength - PREFIX)
                .put(metadata);
        while (header.position() < LENGTH + metadataLength) {
            header.put((byte) 0);
        }
        return header.flip();
    }

    private void writeFully(ByteBuffer... parts) throws IOException {
        for (int first = 0; first < parts.length; ) {
            channel.write(parts, first, parts.length - first);
            while (first < parts.length && !parts[first].hasRemaining()) {
                first++;
            }
        }
    }

    /** Reads the next result into {@code results}; false at the end of the evaluation. */
    boolean read(VectorSchemaRoot results) throws IOException {
        readFully(head.clear().limit(LENGTH));
        long length = head.getLong(0);
        if (length == 0) {
            return false;
        }
        try (ArrowBuf message = allocator.buffer(length)) {
            readFully(message.nioBuffer(0, (int) length));
            int metadataLength = PREFIX + message.getInt(Integer.BYTES);
            Message metadata = Message.getRootAsMessage(
                    message.nioBuffer(PREFIX, metadataLength - PREFIX).order(ByteOrder.LITTLE_ENDIAN));
            RecordBatch header = (RecordBatch) metadata.header(new RecordBatch());
            ArrowBuf body = message.slice(metadataLength, length - metadataLength);
            body.getReferenceManager().retain();
            try (ArrowRecordBatch record = MessageSerializer.deserializeRecordBatch(header, body)) {
                new VectorLoader(results).load(record);
            }
        }
        return true;
    }

    private void readFully(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("nio_server.py closed the connection; standard error says why");
            }
        }
    }

    private static int aligned(int length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        server.close();
    }
}
