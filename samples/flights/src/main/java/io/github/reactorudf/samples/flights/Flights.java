package io.github.reactorudf.samples.flights;

import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.PythonException;
import io.github.reactorudf.UdfException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: prints flights as they come back from Python, a progress bar, and the carriers with the most delay. */
@Command(
        name = "flights",
        mixinStandardHelpOptions = true,
        version = "flights 0.1.0",
        description = "Stream the 336,776 flights out of New York in 2013 through two chained Python functions,"
                + " and print the ten carriers with the most delay.")
public final class Flights implements Callable<Integer> {

    private static final int CARRIERS = 10;

    @Option(
            names = "--threshold",
            paramLabel = "MINUTES",
            defaultValue = "15",
            description = "A flight is late if it arrives more than so many minutes late. Default: ${DEFAULT-VALUE}")
    private int threshold;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "Use this virtual environment, with pyarrow and pandas."
                    + " Default: one that is made once, with pip, and kept.")
    private @Nullable Path python;

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Flights())
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        DelaySummary summary;
        System.out.println(SampleRow.HEADER);
        try (Progress progress = new Progress()) {
            summary = report().run(progress);
        }
        print(summary, Duration.ofNanos(System.nanoTime() - start));
        return CommandLine.ExitCode.OK;
    }

    private DelayReport report() {
        PythonEnvironment environment =
                python == null ? PythonEnvironment.managed("pyarrow", "pandas") : PythonEnvironment.virtualenv(python);
        return new DelayReport(environment, threshold);
    }

    private void print(DelaySummary summary, Duration elapsed) {
        List<CarrierDelay> worst = summary.worst(CARRIERS);
        System.out.printf(
                Locale.ROOT,
                "%n%,d flights in %.1f s. Late means more than %d minutes; the %d carriers with the most delay:%n%n",
                summary.rows(),
                elapsed.toMillis() / 1000.0,
                threshold,
                worst.size());
        System.out.printf(
                Locale.ROOT, "%-28s %9s %9s %7s %15s%n", "carrier", "arrived", "late", "late %", "minutes late");
        for (CarrierDelay carrier : worst) {
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %,9d %,9d %6.1f%% %,15d%n",
                    carrier.carrier(),
                    carrier.flights(),
                    carrier.late(),
                    100.0 * carrier.late() / carrier.flights(),
                    carrier.minutes());
        }
    }

    private static int failed(Exception failure) {
        System.err.println("flights: " + (failure instanceof UdfException ? failure.getMessage() : failure));
        if (failure instanceof PythonException raised) {
            System.err.println(raised.pythonTraceback());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
