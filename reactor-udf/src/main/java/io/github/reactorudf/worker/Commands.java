package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands one after another and waits for each, on the caller's thread. {@link #close} from any thread ends the
 * one that runs, and lets none follow.
 */
public final class Commands implements AutoCloseable {

    private static final File NO_INPUT = new File("/dev/null");

    private @Nullable Process running;
    private boolean closed;

    /** What a command did. */
    record Result(int exitCode, List<String> lines) {

        boolean failed() {
            return exitCode != 0;
        }

        boolean says(String text) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }

        /** The last lines, for a message. */
        String tail(int count) {
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        }
    }

    /** Runs steps; null, whatever they did, if they were ended by {@link #close}. */
    public <T> @Nullable T unlessClosed(Function<Commands, T> steps) {
        try {
            T result = steps.apply(this);
            return isClosed() ? null : result;
        } catch (RuntimeException e) {
            // A process that is destroyed has its streams closed under the reader.
            if (isClosed()) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Runs a command with standard error among its output.
     *
     * @param each is called with every line as it comes
     * @throws IOException if it can't be started
     */
    Result run(Path workingDirectory, List<String> command, Consumer<String> each) throws IOException {
        Process process = start(workingDirectory, command);
        try (BufferedReader output = process.inputReader();
                Stream<String> lines = output.lines()) {
            List<String> all = lines.peek(each).toList();
            return new Result(ProcessExit.await(process), all);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            synchronized (this) {
                running = null;
            }
        }
    }

    private synchronized Process start(Path workingDirectory, List<String> command) throws IOException {
        if (closed) {
            throw new UdfException("cancelled");
        }
        Process process = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(NO_INPUT))
                .start();
        running = process;
        return process;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }
}
