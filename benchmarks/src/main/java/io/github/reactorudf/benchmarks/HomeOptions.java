package io.github.reactorudf.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command has. */
final class HomeOptions {

    @Option(
            names = "--venv",
            paramLabel = "DIRECTORY",
            description = "The Python environment of the benchmarks. Default: the one that the build makes, in target.")
    private @Nullable Path venv;

    /**
     * Without the option, the system property {@code reactorudf.benchmarks.venv} counts: JMH's benchmarks have no
     * options.
     */
    Home home() {
        Path directory = Home.builtIn();
        Path built = Path.of(System.getProperty(
                "reactorudf.benchmarks.venv", directory.resolve("target/venv").toString()));
        return new Home(directory, venv == null ? built : venv.toAbsolutePath());
    }
}
