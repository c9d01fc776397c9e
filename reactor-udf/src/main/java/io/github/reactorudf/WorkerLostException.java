package io.github.reactorudf;

/**
 * The Python process of an evaluation ended before the evaluation did: killed by a signal, out of memory, or by an exit
 * of user code. The message says which. The worker is replaced; subscribing again is safe.
 */
public final class WorkerLostException extends UdfException {

    private static final long serialVersionUID = 1L;

    WorkerLostException(String message) {
        super(message);
    }

    WorkerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
