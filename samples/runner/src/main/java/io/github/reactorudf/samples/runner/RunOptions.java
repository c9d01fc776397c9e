package io.github.reactorudf.samples.runner;

import static io.github.reactorudf.samples.runner.UsageException.check;

import picocli.CommandLine.Option;

/** How the run goes about it. */
final class RunOptions {

    static final String HEADING = "%nThe run:%n";

    @Option(
            names = "--batch-rows",
            paramLabel = "N",
            description = "At most so many rows in an input batch. Default: ${DEFAULT-VALUE}")
    private int batchRows = 16_384;

    @Option(
            names = "--window",
            paramLabel = "N",
            description =
                    "At most so many batches on their way in each direction; 1 is lock-step. Default: ${DEFAULT-VALUE}")
    private int window = 4;

    @Option(names = "--verbose", description = "Say more, and show Java's stack trace when the job fails.")
    private boolean verbose;

    int batchRows() {
        check(batchRows >= 1, "--batch-rows must be 1 or more, not " + batchRows);
        return batchRows;
    }

    int window() {
        check(window >= 1, "--window must be 1 or more, not " + window);
        return window;
    }

    boolean verbose() {
        return verbose;
    }
}
