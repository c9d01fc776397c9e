package io.github.reactorudf;

import org.jspecify.annotations.Nullable;

/**
 * User code raised an exception. The message holds its type and message; the worker is reused.
 *
 * <p>No value of a row is added by the library; what the exception's own message says is user code's.
 */
public final class PythonException extends UdfException {

    private static final long serialVersionUID = 1L;

    private final String pythonType;
    private final String pythonTraceback;
    private final @Nullable String function;
    private final long batchIndex;

    PythonException(
            String pythonType, String message, String pythonTraceback, @Nullable String function, long batchIndex) {
        super(describe(pythonType, message, function, batchIndex));
        this.pythonType = pythonType;
        this.pythonTraceback = pythonTraceback;
        this.function = function;
        this.batchIndex = batchIndex;
    }

    private static String describe(String type, String message, @Nullable String function, long batchIndex) {
        StringBuilder text = new StringBuilder(type);
        if (!message.isEmpty()) {
            text.append(": ").append(message);
        }
        if (function != null) {
            text.append(" (in ").append(function);
            if (batchIndex >= 0) {
                text.append(", batch ").append(batchIndex);
            }
            text.append(')');
        }
        return text.toString();
    }

    /** The qualified name of the Python exception's class, without {@code builtins.}: {@code "ValueError"}. */
    public String pythonType() {
        return pythonType;
    }

    /** The traceback as Python prints it, from user code's first frame on. */
    public String pythonTraceback() {
        return pythonTraceback;
    }

    /** The function, as the {@link Udf} names it; null if the exception came before one was found. */
    public @Nullable String function() {
        return function;
    }

    /** The zero-based index of the input batch last handed to user code; -1 if there was none. */
    public long batchIndex() {
        return batchIndex;
    }
}
