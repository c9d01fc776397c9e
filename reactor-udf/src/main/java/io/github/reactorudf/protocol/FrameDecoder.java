package io.github.reactorudf.protocol;

import io.github.reactorudf.ProtocolException;
import io.github.reactorudf.arrow.ArrowMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames. Bodies of payloads go straight to Arrow memory as their bytes arrive.
 *
 * <p>Not thread-safe: it is fed by the connection's event loop. Ownership: a {@link PayloadFrame} given to the sink is
 * the sink's to close; {@link #close()} releases what was read in part.
 */
public final class FrameDecoder implements AutoCloseable {

    private static final int LARGE = 16 << 10;

    private final BufferAllocator allocator;
    private final Consumer<Frame> sink;
    private final ByteBuf headerBytes = Unpooled.buffer(FrameHeader.LENGTH, FrameHeader.LENGTH);

    private @Nullable FrameHeader header;
    private byte[] metadata = new byte[0];
    private int metadataRead;
    private @Nullable ArrowBuf body;
    private long bodyRead;
    private boolean closed;

    public FrameDecoder(BufferAllocator allocator, Consumer<Frame> sink) {
        this.allocator = allocator;
        this.sink = sink;
    }

    /** Loads what decoding needs, which may block. */
    public static void prepare() {
        Json.prepare();
    }

    /**
     * Reads all that is readable. After {@link #close()}, which the sink may call, the rest is ignored.
     *
     * @throws ProtocolException if the bytes break rule P2 or a frame's own form; feed no more then
     */
    public void decode(ByteBuf bytes) {
        while (!closed) {
            FrameHeader current = header;
            if (current == null) {
                current = readHeader(bytes);
                if (current == null) {
                    return;
                }
            }
            if (!readContent(current, bytes)) {
                return;
            }
            ArrowBuf complete = body;
            body = null;
            header = null;
            emit(current, complete);
        }
    }

    /**
     * Memory for the bytes to be fed next, if all that is missing of a frame is a large part of its body, in memory of
     * {@link ArrowMemory#newRootAllocator}: what is read into it is where it belongs already. Else null.
     *
     * @return the caller's to release; nothing is readable, and what is missing is writable
     */
    public @Nullable ByteBuf missingBody() {
        FrameHeader current = header;
        ArrowBuf target = body;
        if (current == null || target == null || closed || metadataRead < metadata.length) {
            return null;
        }
        long missing = current.bodyLength() - bodyRead;
        return missing < LARGE ? null : ArrowMemory.toWrite(target, bodyRead, (int) missing);
    }

    private @Nullable FrameHeader readHeader(ByteBuf bytes) {
        bytes.readBytes(headerBytes, Math.min(headerBytes.writableBytes(), bytes.readableBytes()));
        if (headerBytes.isWritable()) {
            return null;
        }
        FrameHeader read = FrameHeader.read(headerBytes);
        headerBytes.clear();
        metadata = new byte[read.metadataLength()];
        metadataRead = 0;
        bodyRead = 0;
        body = allocator.buffer(read.bodyLength());
        header = read;
        return read;
    }

    private boolean readContent(FrameHeader current, ByteBuf bytes) {
        int toMetadata = Math.min(metadata.length - metadataRead, bytes.readableBytes());
        bytes.readBytes(metadata, metadataRead, toMetadata);
        metadataRead += toMetadata;
        int toBody = (int) Math.min(current.bodyLength() - bodyRead, bytes.readableBytes());
        ArrowBuf target = body;
        if (toBody > 0 && target != null) {
            ArrowMemory.copy(bytes, toBody, target, bodyRead);
            bodyRead += toBody;
        }
        return metadataRead == metadata.length && bodyRead == current.bodyLength();
    }

    private void emit(FrameHeader header, @Nullable ArrowBuf content) {
        if (content == null) {
            throw new IllegalStateException("a frame without its body");
        }
        if (header.type() == FrameType.PAYLOAD) {
            sink.accept(PayloadFrame.decode(header, metadata, content));
            return;
        }
        byte[] bytes = new byte[(int) header.bodyLength()];
        try (content) {
            content.getBytes(0, bytes);
        }
        sink.accept(small(header, metadata, bytes));
    }

    private static Frame small(FrameHeader header, byte[] metadata, byte[] body) {
        try {
            return decodeSmall(header, metadata, body);
        } catch (ProtocolException e) {
            throw e;
        } catch (RuntimeException e) {
            // What JSON can say and a frame cannot: a null in a list, for one.
            throw new ProtocolException("a malformed " + header.type() + " frame: " + e, e);
        }
    }

    private static Frame decodeSmall(FrameHeader header, byte[] metadata, byte[] body) {
        long evaluation = header.evaluation();
        return switch (header.type()) {
            case HELLO -> HelloFrame.decode(metadata);
            case WELCOME -> WelcomeFrame.decode(metadata);
            case PREPARE -> PrepareFrame.decode(metadata, body);
            case PREPARED -> PreparedFrame.decode(metadata, body);
            case SETUP -> SetupFrame.decode(evaluation, metadata);
            case REQUEST_N -> RequestNFrame.decode(header, Unpooled.wrappedBuffer(metadata));
            case COMPLETE -> new CompleteFrame(evaluation, header.hasFlag(Frame.RIGHT));
            case CANCEL -> new CancelFrame(evaluation);
            case ERROR -> ErrorFrame.decode(evaluation, metadata);
            case ENDED -> EndedFrame.decode(header);
            case LOG -> LogFrame.decode(evaluation, metadata);
            case ROW_ERRORS -> RowErrorsFrame.decode(evaluation, metadata);
            case BORDERS -> BordersFrame.decode(evaluation, metadata);
            case PAYLOAD -> throw new ProtocolException("a payload is not a small frame");
        };
    }

    @Override
    public void close() {
        closed = true;
        ArrowBuf partial = body;
        body = null;
        if (partial != null) {
            partial.close();
        }
    }
}
