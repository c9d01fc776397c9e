package io.github.reactorudf;

/**
 * An evaluation failed, or a UDF is not what it was said to be. The message names the cause and what to do.
 *
 * <p>Subtypes: {@link PythonException} (user code raised), {@link WorkerLostException} (its process died),
 * {@link UdfTimeoutException} (a time limit passed), {@link ProtocolException} (the other side of the socket sent what
 * it must not).
 */
public class UdfException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UdfException(String message) {
        super(message);
    }

    public UdfException(String message, Throwable cause) {
        super(message, cause);
    }
}
