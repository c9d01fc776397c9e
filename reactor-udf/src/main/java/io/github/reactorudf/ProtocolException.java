package io.github.reactorudf;

/** What arrived is not what the protocol or the Arrow format allows; none of it was handed on. */
public class ProtocolException extends UdfException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with no cause of its own.
     *
     * @param message what is wrong with what arrived
     */
    public ProtocolException(String message) {
        super(message);
    }

    /**
     * An exception with a cause.
     *
     * @param message what is wrong with what arrived
     * @param cause why
     */
    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
