package io.github.reactorudf.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        version = "benchmarks 0.1.0",
        description = "Measure reactor-udf and its peers side by side.",
        subcommands = {
            TableCommand.class,
            QuickCommand.class,
            MemoryCommand.class,
            PeakCommand.class,
            ProfileCommand.class,
            JmhCommand.class
        })
public final class Benchmarks {

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmarks()).execute(args));
    }
}
