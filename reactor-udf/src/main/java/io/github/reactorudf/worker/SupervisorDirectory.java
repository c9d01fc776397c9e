package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The private directory of one supervisor (mode 0700): the socket, the Python package, and what the supervisor printed
 * as its last words. Both the supervisor and the JVM remove it, whoever lives longer.
 */
record SupervisorDirectory(Path path) {

    /** The address of a Unix domain socket has room for 107 bytes. */
    private static final int LONGEST_PATH = 100;

    private static final String SOCKET = "/socket";

    static SupervisorDirectory create() throws IOException {
        Path preferred = Files.createTempDirectory("reactor-udf-");
        if (fits(preferred)) {
            return new SupervisorDirectory(preferred);
        }
        Files.delete(preferred);
        try {
            return new SupervisorDirectory(Files.createTempDirectory(Path.of("/tmp"), "reactor-udf-"));
        } catch (IOException e) {
            throw new UdfException(
                    "The path " + preferred + SOCKET + " is too long for a Unix domain socket, and /tmp can't be used ("
                            + e.getMessage() + "). Set java.io.tmpdir to a shorter path.",
                    e);
        }
    }

    private static boolean fits(Path directory) {
        return (directory + SOCKET).getBytes(StandardCharsets.UTF_8).length < LONGEST_PATH;
    }

    Path python() {
        return path.resolve("python");
    }

    Path errors() {
        return path.resolve("stderr");
    }

    /** What the supervisor printed, which it does only when it fails. */
    String lastWords() {
        try {
            return Files.readString(errors()).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Removes what is left. Idempotent; another process may be doing the same. */
    void delete() {
        Directories.delete(path);
    }
}
