package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Environments that no worker can start in: an error that names the command or the package, and what to do. */
class BadEnvironmentTest extends PythonTest {

    private final Path directory;

    BadEnvironmentTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aDirectoryThatIsNoVirtualEnvironment() {
        UdfException error = failure(directory);
        Results.assertSays(error, directory.toString(), "python3 -m venv");
    }

    @Test
    void aVirtualEnvironmentWithoutPyarrow() throws IOException, InterruptedException {
        Path bare = directory.resolve("bare");
        run(new ProcessBuilder(VENV.resolve("bin/python").toString(), "-m", "venv", "--without-pip", bare.toString()));
        UdfException error = failure(bare);
        Results.assertSays(error, "pyarrow", bare.toString(), "pip install");
    }

    @Test
    void noPythonOnThePath() throws IOException, InterruptedException {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SystemPython.class.getName());
        java.environment().put("PATH", directory.toString());
        String said = run(java);
        assertTrue(said.contains("UdfException"), said);
        assertTrue(said.contains("no python3 on the PATH (" + directory + ")"), said);
        assertTrue(said.contains("Install Python 3.10 or newer"), said);
    }

    /** Evaluates with the system's Python and prints the error. */
    static final class SystemPython {

        private SystemPython() {}

        @SuppressWarnings("SystemOut")
        public static void main(String... args) {
            try (PythonRuntime python = PythonRuntime.builder()
                    .environment(PythonEnvironment.system())
                    .build()) {
                Batches.ranges(python.allocator(), 1, 1)
                        .transform(python.evaluate(Udf.of("functions:plus_one").on("x")))
                        .doOnNext(RecordBatch::close)
                        .onErrorResume(error -> {
                            System.out.println(error);
                            return Flux.empty();
                        })
                        .blockLast(Results.LIMIT);
            }
        }
    }

    private UdfException failure(Path virtualenv) {
        PythonRuntime python = python(builder().environment(PythonEnvironment.virtualenv(virtualenv)));
        BatchTransform plusOne = python.evaluate(Udf.of("functions:plus_one").on("x"));
        return Results.failure(
                UdfException.class, Batches.ranges(allocator, 1, 1).transform(plusOne));
    }

    private static String run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
