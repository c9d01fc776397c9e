package io.github.reactorudf;

/** The top of the library's exceptions: something about an evaluation, or the data given to one, went wrong. */
public class UdfException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with no cause of its own.
     *
     * @param message what went wrong, and what to do
     */
    public UdfException(String message) {
        super(message);
    }

    /**
     * An exception with a cause.
     *
     * @param message what went wrong, and what to do
     * @param cause why
     */
    public UdfException(String message, Throwable cause) {
        super(message, cause);
    }
}
