package io.github.reactorudf.protocol;

import io.github.reactorudf.ProtocolException;
import io.netty.buffer.ByteBuf;

/** The 24 bytes before each frame (rules P1 and P2). */
public record FrameHeader(long bodyLength, int metadataLength, FrameType type, int flags, long evaluation) {

    public static final int LENGTH = 24;
    static final int MAX_METADATA_LENGTH = 16 << 20;
    static final int MAX_SCHEMA_LENGTH = 16 << 20;

    public FrameHeader {
        if (metadataLength < 0 || metadataLength > MAX_METADATA_LENGTH) {
            throw new ProtocolException("a frame with " + metadataLength + " bytes of metadata; at most "
                    + MAX_METADATA_LENGTH + " are allowed");
        }
        if (bodyLength < 0 || bodyLength > type.maxBodyLength()) {
            throw new ProtocolException("a " + type + " frame with a body of " + bodyLength + " bytes; at most "
                    + type.maxBodyLength() + " are allowed");
        }
    }

    boolean hasFlag(int flag) {
        return (flags & flag) != 0;
    }

    void write(ByteBuf out) {
        out.writeLongLE(bodyLength);
        out.writeIntLE(metadataLength);
        out.writeByte(type.code());
        out.writeByte(flags);
        out.writeShortLE(0);
        out.writeLongLE(evaluation);
    }

    static FrameHeader read(ByteBuf in) {
        long bodyLength = in.readLongLE();
        int metadataLength = in.readIntLE();
        FrameType type = FrameType.of(in.readUnsignedByte());
        int flags = in.readUnsignedByte();
        int reserved = in.readUnsignedShortLE();
        if (reserved != 0) {
            throw new ProtocolException("a frame whose reserved field is " + reserved + " and not 0");
        }
        return new FrameHeader(bodyLength, metadataLength, type, flags, in.readLongLE());
    }
}
