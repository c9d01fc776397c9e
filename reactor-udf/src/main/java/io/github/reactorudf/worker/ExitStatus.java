package io.github.reactorudf.worker;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a worker ended. Exactly one of {@code exitCode}, {@code signal} and {@code lost} is there.
 *
 * @param signalName as in {@code SIGKILL}, with {@code signal}
 * @param lost why the status of the worker is not known: its supervisor ended, and the worker with it
 * @param stack where Python was when it crashed, as {@code faulthandler} writes it; empty if it wrote nothing
 * @param lines the last lines that the worker printed or logged, oldest first
 */
public record ExitStatus(
        @Nullable Integer exitCode,
        @Nullable Integer signal,
        @Nullable String signalName,
        @Nullable String lost,
        String stack,
        List<String> lines) {

    private static final int SIGKILL = 9;

    static ExitStatus of(ControlFrame.Exited exited) {
        return new ExitStatus(
                exited.exitCode(),
                exited.signal(),
                exited.signalName(),
                null,
                requireNonNullElse(exited.stack(), ""),
                requireNonNullElse(exited.lines(), List.of()));
    }

    static ExitStatus lost(String reason) {
        return new ExitStatus(null, null, null, reason, "", List.of());
    }

    /** The predicate of a sentence about the worker: {@code exited with code 3}. */
    public String describe() {
        if (signal != null) {
            String hint = signal == SIGKILL ? ", as the kernel does when memory runs out" : "";
            return "was killed by signal " + signal + " (" + signalName + ")" + hint;
        }
        return exitCode != null ? "exited with code " + exitCode : "ended with its supervisor: " + lost;
    }
}
