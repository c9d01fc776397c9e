package io.github.reactorudf.protocol;

import io.github.reactorudf.ProtocolException;

/** The types of frame and their codes (rule P3). */
public enum FrameType {
    HELLO(1),
    WELCOME(2),
    PREPARE(3),
    PREPARED(4),
    SETUP(5),
    REQUEST_N(6),
    PAYLOAD(7),
    COMPLETE(8),
    CANCEL(9),
    ERROR(10),
    ENDED(11),
    LOG(12),
    ROW_ERRORS(13),
    BORDERS(14);

    private static final FrameType[] BY_CODE = values();

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The longest body that a frame of this type may have (rule P2). */
    long maxBodyLength() {
        return switch (this) {
            case PAYLOAD -> Integer.MAX_VALUE;
            case PREPARE, PREPARED -> FrameHeader.MAX_SCHEMA_LENGTH;
            default -> 0;
        };
    }

    /** The type of a code; an unknown one is a {@link ProtocolException}. */
    public static FrameType of(int code) {
        if (code < 1 || code > BY_CODE.length) {
            throw new ProtocolException("a frame of the unknown type " + code);
        }
        return BY_CODE[code - 1];
    }
}
