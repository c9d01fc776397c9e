package io.github.reactorudf;

/**
 * A time limit was passed: {@link BatchTransform#batchTimeout}, {@link BatchTransform#idleTimeout},
 * {@link BatchTransform#timeout}, {@link PythonRuntime#DEADLINE} or {@link PythonRuntime.Builder#prepareTimeout}. The
 * message says which, and what the evaluation was at. The worker is stopped, and replaced unless it ended the
 * evaluation by itself; subscribing again is safe.
 */
public final class UdfTimeoutException extends UdfException {

    private static final long serialVersionUID = 1L;

    private final String pythonStack;

    UdfTimeoutException(String message, String pythonStack) {
        super(message + PythonStack.innermost(pythonStack));
        this.pythonStack = pythonStack;
    }

    /**
     * Where user code was, as Python's {@code faulthandler} writes it, innermost call first; empty if no user code ran,
     * or if that is not to be had.
     */
    public String pythonStack() {
        return pythonStack;
    }
}
