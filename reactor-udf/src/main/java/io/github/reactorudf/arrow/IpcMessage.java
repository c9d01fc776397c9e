package io.github.reactorudf.arrow;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * An encapsulated Arrow IPC message to be written: its metadata and then its body are what stands in an Arrow stream.
 *
 * <p><b>Ownership:</b> the holder releases it, or hands on the buffers of the body, each of which is released once.
 *
 * @param metadata continuation marker, length, flatbuffer and padding: a multiple of 64 bytes
 * @param body the buffers in order, with the padding between them; together {@code bodyLength} bytes
 * @param bodyLength a multiple of 8, at most 2 GiB - 1
 * @param isDictionary whether this is a dictionary batch, else it is a record batch
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; the bytes go to the socket as they are.
public record IpcMessage(byte[] metadata, List<ByteBuf> body, long bodyLength, boolean isDictionary) {
    /** Releases the body's buffers; not idempotent. */
    public void release() {
        body.forEach(ReferenceCountUtil::release);
    }
}
