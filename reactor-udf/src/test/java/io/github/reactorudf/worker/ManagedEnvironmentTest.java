package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One real environment, of a package that is made here so that nothing is downloaded; the rest with a Python of straw.
 */
@Timeout(120)
class ManagedEnvironmentTest {

    private static final String MARKER = "reactor-udf-complete";
    private static final Requirements PYARROW = Requirements.of(List.of("pyarrow"));

    private final Path directory;
    private final Path cache;

    ManagedEnvironmentTest(@TempDir Path directory) {
        this.directory = directory;
        this.cache = directory.resolve("cache");
    }

    @Test
    void venvAndPipMakeIt() throws IOException {
        Requirements requirements = Requirements.of(List.of(wheel().toString()));
        Path python = interpreter(new ManagedEnvironment(requirements, cache));
        assertEquals("7", output(python, "import answer; print(answer.VALUE)"));
    }

    @Test
    void itIsMadeOnceForAllWhoAsk() throws IOException {
        ManagedEnvironment environment = withPython("exit 0");
        List<Path> pythons = Stream.of(1, 2, 3)
                .map(unused -> CompletableFuture.supplyAsync(() -> interpreter(environment)))
                .toList()
                .stream()
                .map(python -> python.orTimeout(20, TimeUnit.SECONDS).join())
                .distinct()
                .toList();
        assertEquals(1, pythons.size());
        assertTrue(Files.isExecutable(pythons.get(0)));
        interpreter(environment);
        assertEquals(List.of("venv", "pip"), Files.readAllLines(directory.resolve("steps")));
    }

    @Test
    void whatWasLeftHalfMadeIsMadeAgain() throws IOException {
        ManagedEnvironment environment = withPython("exit 0");
        Path marker = interpreter(environment).resolve("../../" + MARKER).normalize();
        Files.delete(marker);
        Path rubbish = Files.createFile(marker.resolveSibling("rubbish"));
        interpreter(environment);
        assertTrue(Files.exists(marker));
        assertFalse(Files.exists(rubbish));
        assertEquals(List.of("venv", "pip", "venv", "pip"), Files.readAllLines(directory.resolve("steps")));
    }

    @ParameterizedTest
    @CsvSource({
        "ERROR: No matching distribution found for pyarow, There is no such package",
        "Failed to establish a new connection: [Errno -3], The package index can't be reached",
        "ERROR: something else, It says"
    })
    void aFailureOfPipIsToldWithItsReasonAndLeavesNoEnvironment(String says, String hint) throws IOException {
        ManagedEnvironment environment = withPython("echo '" + says + "'; exit 1");
        UdfException error = assertThrows(UdfException.class, () -> interpreter(environment));
        assertTrue(error.toString().contains("pip can't install pyarrow for Python 3.11.2. " + hint), error.toString());
        assertTrue(error.toString().contains(says), error.toString());
        try (Stream<Path> left = Files.list(cache)) {
            assertEquals(List.of(), left.filter(Files::isDirectory).toList());
        }
    }

    @Test
    void aPythonWithoutVenvIsToldWithTheRemedy() throws IOException {
        Path python = directory.resolve("python3");
        executable(
                python, "case \"$*\" in *venv*) echo 'ensurepip is not available'; exit 1;; *) echo 3.11.2;; esac\n");
        ManagedEnvironment environment = new ManagedEnvironment(PYARROW, cache, "/nowhere:" + directory);
        UdfException error = assertThrows(UdfException.class, () -> interpreter(environment));
        assertTrue(error.toString().contains("apt install python3-venv"), error.toString());
    }

    @Test
    void noPythonOnThePathIsToldWithTheRemedy() {
        try (Commands commands = new Commands()) {
            for (String path : new String[] {directory.toString(), "", null}) {
                UdfException error = assertThrows(UdfException.class, () -> Interpreters.onPath(path, commands));
                assertTrue(error.toString().contains("There is no python3 on the PATH"), error.toString());
                assertTrue(error.toString().contains("apt install python3"), error.toString());
            }
        }
    }

    @Test
    void closingEndsTheCommandThatRuns() {
        Commands commands = new Commands();
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> commands.unlessClosed(self -> {
                    try {
                        self.run(
                                Path.of("/"),
                                List.of("sh", "-c", "echo running; exec sleep 600"),
                                line -> started.complete(true));
                        return true;
                    } catch (IOException e) {
                        throw new UdfException("no sh", e);
                    }
                })
                == null);
        started.orTimeout(20, TimeUnit.SECONDS).join();
        commands.close();
        assertTrue(ended.orTimeout(20, TimeUnit.SECONDS).join());
    }

    @Test
    void theCacheIsTheUsers() {
        assertEquals(Path.of("/home/a/.cache/reactor-udf/environments"), ManagedEnvironment.cache(null, "/home/a"));
        assertEquals(Path.of("/var/c/reactor-udf/environments"), ManagedEnvironment.cache("/var/c", "/home/a"));
    }

    @Test
    void otherContentIsAnotherEnvironment() {
        assertNotEquals(
                ManagedEnvironment.key("3.11.7", "pyarrow".getBytes(StandardCharsets.UTF_8)),
                ManagedEnvironment.key("3.11.7", "pandas".getBytes(StandardCharsets.UTF_8)));
        assertNotEquals(ManagedEnvironment.key("3.11.7", new byte[0]), ManagedEnvironment.key("3.12.0", new byte[0]));
    }

    /**
     * An environment whose Python makes environments of its own kind, noting the steps, and runs {@code pip} as given.
     */
    private ManagedEnvironment withPython(String pip) throws IOException {
        String script = """
                case "$*" in
                  *"-m venv"*) echo venv >> STEPS; for to; do :; done; mkdir -p "$to/bin"; cp "$0" "$to/bin/python";;
                  *"-m pip"*) echo pip >> STEPS; PIP;;
                  *) echo 3.11.2;;
                esac
                """;
        String steps = directory.resolve("steps").toString();
        executable(directory.resolve("python3"), script.replace("STEPS", steps).replace("PIP", pip));
        return new ManagedEnvironment(PYARROW, cache, directory + ":" + System.getenv("PATH"));
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static Path interpreter(ManagedEnvironment environment) {
        try (Commands commands = new Commands()) {
            return environment.interpreter(commands);
        }
    }

    private String output(Path python, String script) throws IOException {
        try (Commands commands = new Commands()) {
            return commands.run(directory, List.of(python.toString(), "-I", "-c", script), line -> {})
                    .tail(1);
        }
    }

    /** A package of one module, as pip takes it. */
    private Path wheel() throws IOException {
        Path wheel = directory.resolve("answer-1.0-py3-none-any.whl");
        try (OutputStream out = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            add(zip, "answer.py", "VALUE = 7\n");
            add(zip, "answer-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: answer\nVersion: 1.0\n");
            add(zip, "answer-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            add(zip, "answer-1.0.dist-info/RECORD", "");
        }
        return wheel;
    }

    private static void add(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
}
