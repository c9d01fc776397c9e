package io.github.reactorudf;

import io.github.reactorudf.worker.ExitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Python process of an evaluation ended before the evaluation did: killed by a signal, out of memory, or by an exit
 * of user code. The message says which worker, how it ended, in which function Python was, and the last two lines that
 * it printed or logged. The worker is replaced; subscribing again is safe.
 */
public final class WorkerLostException extends UdfException {

    private static final long serialVersionUID = 1L;
    private static final int LINES_IN_MESSAGE = 2;

    private final @Nullable Integer exitCode;
    private final @Nullable String signal;
    private final String pythonStack;
    private final List<String> lastLines;

    /** @param status null if nothing was heard of how it ended */
    WorkerLostException(String message, @Nullable ExitStatus status, Throwable cause) {
        super(status == null ? message : describe(message, status), cause);
        this.exitCode = status == null ? null : status.exitCode();
        this.signal = status == null ? null : status.signalName();
        this.pythonStack = status == null ? "" : status.stack();
        this.lastLines = status == null ? List.of() : List.copyOf(status.lines());
    }

    private static String describe(String message, ExitStatus status) {
        StringBuilder text = new StringBuilder(message).append(PythonStack.innermost(status.stack()));
        List<String> lines = status.lines();
        if (!lines.isEmpty()) {
            text.append("; its last words:");
            lines.subList(Math.max(0, lines.size() - LINES_IN_MESSAGE), lines.size())
                    .forEach(line -> text.append("\n  ").append(line));
        }
        return text.toString();
    }

    /** The status that the process exited with; null if a signal ended it, or if that is not known. */
    public @Nullable Integer exitCode() {
        return exitCode;
    }

    /** The signal that ended the process, as in {@code "SIGSEGV"}; null if it exited, or if that is not known. */
    public @Nullable String signal() {
        return signal;
    }

    /**
     * Where Python was when it crashed, as {@code faulthandler} writes it, innermost call first; empty if the process
     * had no time to tell, as with {@code SIGKILL}.
     */
    public String pythonStack() {
        return pythonStack;
    }

    /**
     * The last lines that the process printed ({@code "text"}) or logged ({@code "WARN logger: text"}), oldest first,
     * at most 32 KiB of them. They are in the log already, except those that it had no time to send.
     */
    public List<String> lastLines() {
        return lastLines;
    }
}
