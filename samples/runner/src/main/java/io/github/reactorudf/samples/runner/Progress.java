package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error: redrawn in place on a terminal, else a line now and then, as a log wants it. */
final class Progress implements AutoCloseable {

    private static final int LOG_WIDTH = 100;

    private final ProgressBar bar;
    private String logged = "";

    /** A bar for {@code rows} rows, or for unknown many if it is negative. */
    Progress(long rows) {
        boolean terminal = isTerminal();
        ProgressBarConsumer consumer = terminal
                ? new ConsoleProgressBarConsumer(System.err)
                : new DelegatingProgressBarConsumer(this::log, LOG_WIDTH);
        bar = new ProgressBarBuilder()
                .setTaskName("rows")
                .setInitialMax(rows)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(terminal ? 200 : 5_000)
                .setConsumer(consumer)
                .showSpeed()
                .build();
    }

    void add(int rows) {
        bar.stepBy(rows);
    }

    /** The bar is drawn once more when it is closed, also if nothing changed. */
    private void log(String line) {
        if (!line.equals(logged)) {
            System.err.println(line);
            logged = line;
        }
    }

    @Override
    public void close() {
        bar.close();
    }

    /**
     * Whether standard error is a terminal; {@code System.console()} answers for the other two streams, or for none.
     */
    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
