package io.github.reactorudf;

/**
 * The other side of the socket broke the protocol: a malformed or over-long frame, or Arrow data whose buffers lie. The
 * connection is closed and its worker ended; nothing outside the received bytes was read.
 */
public final class ProtocolException extends UdfException {

    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
