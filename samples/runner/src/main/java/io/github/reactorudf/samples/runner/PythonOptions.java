package io.github.reactorudf.samples.runner;

import static io.github.reactorudf.samples.runner.UsageException.check;

import io.github.reactorudf.PythonEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Python to use: one of these, or neither. */
final class PythonOptions {

    static final String HEADING = "%nPython, by default an environment with pyarrow and pandas, made once:%n";

    @Option(
            names = "--requirements",
            paramLabel = "FILE",
            description = "Make an environment of what this requirements file lists; it must list pyarrow.")
    private @Nullable Path requirements;

    @Option(names = "--python", paramLabel = "PATH", description = "Use this virtual environment as it is.")
    private @Nullable Path python;

    PythonEnvironment environment() {
        if (requirements != null) {
            check(Files.isRegularFile(requirements), "--requirements: there is no file " + requirements);
            return PythonEnvironment.managed(requirements);
        }
        if (python != null) {
            check(Files.isDirectory(python), "--python: there is no virtual environment " + python);
            return PythonEnvironment.virtualenv(python);
        }
        return PythonEnvironment.managed("pyarrow", "pandas");
    }
}
