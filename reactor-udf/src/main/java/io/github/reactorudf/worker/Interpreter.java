package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Python that was asked for its version, and is new enough.
 *
 * @param version as in {@code 3.11.7}
 */
public record Interpreter(Path executable, String version) {

    private static final int OLDEST_MINOR = 10;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.\\d+");
    private static final String ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3])";

    /** Asks an executable. */
    static Interpreter ask(Path executable, Commands commands) {
        Commands.Result result;
        try {
            result = commands.run(Path.of("/"), List.of(executable.toString(), "-I", "-c", ASK), line -> {});
        } catch (IOException e) {
            throw new UdfException(executable + " can't be run: " + e.getMessage(), e);
        }
        Matcher version = VERSION.matcher(result.tail(1));
        if (result.failed() || !version.matches()) {
            throw new UdfException(
                    executable + " does not tell its version; is it a Python? It says:\n" + result.tail(10));
        }
        int major = Integer.parseInt(version.group(1));
        if (major < 3 || (major == 3 && Integer.parseInt(version.group(2)) < OLDEST_MINOR)) {
            throw new UdfException(
                    executable + " is Python " + version.group() + "; 3." + OLDEST_MINOR
                            + " or newer is needed. Install one, or name its environment: PythonEnvironment.virtualenv(directory).");
        }
        return new Interpreter(executable, version.group());
    }
}
