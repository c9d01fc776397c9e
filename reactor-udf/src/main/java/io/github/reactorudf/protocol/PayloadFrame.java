package io.github.reactorudf.protocol;

import io.github.reactorudf.arrow.ArrowMemory;
import io.github.reactorudf.arrow.IpcMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A standard Arrow IPC message (rule P4): a record batch or a dictionary.
 *
 * <p>Ownership: whoever holds the frame owns {@code body} and closes it.
 *
 * @param right whether of the second input
 * @param metadata continuation marker, length, flatbuffer and padding
 * @param body its writer index is its length
 */
public record PayloadFrame(long evaluation, boolean dictionary, boolean right, byte[] metadata, ArrowBuf body)
        implements Frame {

    private static final int DICTIONARY = 1;

    @Override
    public FrameType type() {
        return FrameType.PAYLOAD;
    }

    /** What the frame spends of a {@link Credit} (rule D2). */
    public long bytes() {
        return metadata.length + body.writerIndex();
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        ByteBuf bytes = ArrowMemory.toByteBuf(body, 0, (int) body.writerIndex());
        return encode(allocator, evaluation, flags(dictionary, right), metadata, List.of(bytes), body.writerIndex());
    }

    /** The frame of a message to be sent; takes over the message's buffers, copying none. */
    public static ByteBuf encode(ByteBufAllocator allocator, long evaluation, boolean right, IpcMessage message) {
        return encode(
                allocator,
                evaluation,
                flags(message.isDictionary(), right),
                message.metadata(),
                message.body(),
                message.bodyLength());
    }

    private static ByteBuf encode(
            ByteBufAllocator allocator,
            long evaluation,
            int flags,
            byte[] metadata,
            List<ByteBuf> body,
            long bodyLength) {
        ByteBuf head = allocator.directBuffer(FrameHeader.LENGTH + metadata.length);
        new FrameHeader(bodyLength, metadata.length, FrameType.PAYLOAD, flags, evaluation).write(head);
        head.writeBytes(metadata);
        CompositeByteBuf frame = allocator.compositeDirectBuffer(Math.max(2, body.size() + 1));
        return frame.addComponent(true, head).addComponents(true, body);
    }

    private static int flags(boolean dictionary, boolean right) {
        return (dictionary ? DICTIONARY : 0) | (right ? RIGHT : 0);
    }

    static PayloadFrame decode(FrameHeader header, byte[] metadata, ArrowBuf body) {
        return new PayloadFrame(header.evaluation(), header.hasFlag(DICTIONARY), header.hasFlag(RIGHT), metadata, body);
    }
}
