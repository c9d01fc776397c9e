package io.github.reactorudf.samples.flights;

import io.github.reactorudf.RecordBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * The first flight of each batch on standard output; and a bar on standard error, redrawn in place on a terminal, else
 * a line now and then, as a log wants it.
 */
final class Progress implements DelayReport.Listener, AutoCloseable {

    private static final int LOG_WIDTH = 100;

    private @Nullable ProgressBar bar;
    private long expected;
    private long firstBatch;
    private long firstRows;
    private String logged = "";
    private final boolean terminal = isTerminal();

    @Override
    public void started(long flights) {
        expected = flights;
    }

    /** Made with the first batch, so that its rows/s are the stream's and not those of starting Python. */
    private ProgressBar startBar() {
        ProgressBarConsumer consumer = terminal
                ? new ConsoleProgressBarConsumer(System.err)
                : new DelegatingProgressBarConsumer(this::log, LOG_WIDTH);
        return new ProgressBarBuilder()
                .setTaskName("flights")
                .setInitialMax(expected)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(terminal ? 200 : 5_000)
                .setConsumer(consumer)
                .build();
    }

    @Override
    public void returned(RecordBatch batch) {
        if (batch.rowCount() > 0) {
            print(SampleRow.of(batch));
        }
        if (bar == null) {
            bar = startBar();
            bar.stepBy(batch.rowCount());
            firstBatch = System.nanoTime();
            firstRows = batch.rowCount();
            return;
        }
        bar.stepBy(batch.rowCount());
        // The bar's own speed counts whole seconds, and this stream may take less than one.
        double seconds = (System.nanoTime() - firstBatch) / 1e9;
        bar.setExtraMessage(String.format(Locale.ROOT, "%,.0f rows/s", (bar.getCurrent() - firstRows) / seconds));
    }

    private void print(String line) {
        if (terminal) {
            System.err.print("\r\u001b[2K");
            System.err.flush();
        }
        System.out.println(line);
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
        if (bar != null) {
            bar.close();
        }
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
