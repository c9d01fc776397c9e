package io.github.reactorudf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** A frame as it stands on the wire, with whatever in it: what the header says need not be so. */
record WireFrame(
        long bodyLength, int metadataLength, int type, int flags, int reserved, long evaluation, byte[] content) {

    static final int HEADER = 24;

    /** A frame that says of itself what is so. */
    static WireFrame of(int type, int flags, long evaluation, byte[] metadata) {
        return new WireFrame(0, metadata.length, type, flags, 0, evaluation, metadata);
    }

    /** The frame at the reader index, which moves past it; null if there is not all of it. */
    static WireFrame read(ByteBuf in) {
        int at = in.readerIndex();
        if (in.readableBytes() < HEADER) {
            return null;
        }
        long bodyLength = in.getLongLE(at);
        int metadataLength = in.getIntLE(at + 8);
        int length = (int) (metadataLength + bodyLength);
        if (in.readableBytes() < HEADER + length) {
            return null;
        }
        WireFrame frame = new WireFrame(
                bodyLength,
                metadataLength,
                in.getUnsignedByte(at + 12),
                in.getUnsignedByte(at + 13),
                in.getUnsignedShortLE(at + 14),
                in.getLongLE(at + 16),
                ByteBufUtil.getBytes(in, at + HEADER, length));
        in.skipBytes(HEADER + length);
        return frame;
    }

    byte[] bytes() {
        ByteBuf out = Unpooled.buffer(HEADER + content.length);
        out.writeLongLE(bodyLength).writeIntLE(metadataLength).writeByte(type).writeByte(flags);
        out.writeShortLE(reserved).writeLongLE(evaluation).writeBytes(content);
        return out.array();
    }

    WireFrame bodyLength(long stated) {
        return new WireFrame(stated, metadataLength, type, flags, reserved, evaluation, content);
    }

    WireFrame metadataLength(int stated) {
        return new WireFrame(bodyLength, stated, type, flags, reserved, evaluation, content);
    }

    WireFrame type(int stated) {
        return new WireFrame(bodyLength, metadataLength, stated, flags, reserved, evaluation, content);
    }

    WireFrame flags(int stated) {
        return new WireFrame(bodyLength, metadataLength, type, stated, reserved, evaluation, content);
    }

    WireFrame reserved(int stated) {
        return new WireFrame(bodyLength, metadataLength, type, flags, stated, evaluation, content);
    }

    WireFrame evaluation(long stated) {
        return new WireFrame(bodyLength, metadataLength, type, flags, reserved, stated, content);
    }

    /** Other metadata, of which the header says the truth. */
    WireFrame metadata(byte[] other) {
        ByteBuf changed = Unpooled.buffer().writeBytes(other).writeBytes(content, metadataLength, (int) bodyLength);
        return new WireFrame(
                bodyLength, other.length, type, flags, reserved, evaluation, ByteBufUtil.getBytes(changed));
    }

    WireFrame json(UnaryOperator<String> change) {
        String json = new String(content, 0, metadataLength, StandardCharsets.UTF_8);
        return metadata(change.apply(json).getBytes(StandardCharsets.UTF_8));
    }

    byte[] firstMetadata(int length) {
        return Arrays.copyOf(content, length);
    }

    /** The first bytes of the body, of which the header says the truth. */
    WireFrame body(int length) {
        ByteBuf shorter = Unpooled.buffer().writeBytes(content, 0, metadataLength + length);
        return new WireFrame(length, metadataLength, type, flags, reserved, evaluation, ByteBufUtil.getBytes(shorter));
    }

    /** Every little-endian i64 of the metadata that is {@code before}, changed. */
    WireFrame patched(long before, long after) {
        ByteBuf bytes = Unpooled.copiedBuffer(content);
        for (int at = 0; at + Long.BYTES <= metadataLength; at += Integer.BYTES) {
            if (bytes.getLongLE(at) == before) {
                bytes.setLongLE(at, after);
            }
        }
        return new WireFrame(bodyLength, metadataLength, type, flags, reserved, evaluation, bytes.array());
    }
}
