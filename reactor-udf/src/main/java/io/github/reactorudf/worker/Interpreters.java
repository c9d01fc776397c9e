package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds interpreters. Blocks. */
public final class Interpreters {

    private static final String NAME = "python3";

    private Interpreters() {}

    /** The {@code python3} of this process's {@code PATH}. */
    public static Interpreter system(Commands commands) {
        return onPath(System.getenv("PATH"), commands);
    }

    static Interpreter onPath(@Nullable String path, Commands commands) {
        Path executable = Arrays.stream((path == null ? "" : path).split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, NAME).toAbsolutePath())
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new UdfException("There is no " + NAME + " on the PATH (" + path
                        + "). Install Python 3.10 or newer (Debian, Ubuntu: apt install python3 python3-venv), or name an environment "
                        + "that has one: PythonEnvironment.virtualenv(directory)."));
        return Interpreter.ask(executable, commands);
    }

    /** The interpreter of a virtual environment. */
    public static Interpreter virtualenv(Path directory, Commands commands) {
        Path executable = directory.resolve("bin/python");
        if (!Files.isExecutable(executable)) {
            throw new UdfException(
                    directory + " is no virtual environment: it has no bin/python that can be run. Make one: " + NAME
                            + " -m venv " + directory);
        }
        return Interpreter.ask(executable, commands);
    }
}
