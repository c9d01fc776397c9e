package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PythonEnvironmentTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path directory;

    PythonEnvironmentTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theSystemHasAnInterpreter() {
        StepVerifier.create(PythonEnvironment.system().interpreter(Schedulers.boundedElastic()))
                .expectNextMatches(python -> python.isAbsolute() && python.endsWith("python3"))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aVirtualenvIsItsOwnInterpreterAndNotTheOneItLinksTo() throws IOException {
        Path python = executable("#!/bin/sh\necho 3.12.1\n");
        StepVerifier.create(PythonEnvironment.virtualenv(directory).interpreter(Schedulers.immediate()))
                .expectNext(python)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aDirectoryThatIsNoVirtualenvIsToldWithTheCommandThatMakesOne() {
        assertError(PythonEnvironment.virtualenv(directory), "has no bin/python", "python3 -m venv " + directory);
    }

    @Test
    void anOldInterpreterIsToldWithItsVersion() throws IOException {
        executable("#!/bin/sh\necho 3.9.18\n");
        assertError(PythonEnvironment.virtualenv(directory), "is Python 3.9.18; 3.10 or newer is needed");
    }

    @Test
    void whatIsNoPythonIsToldWithWhatItSays() throws IOException {
        executable("#!/bin/sh\necho hello\n");
        assertError(PythonEnvironment.virtualenv(directory), "does not tell its version", "hello");
    }

    @Test
    void aMissingRequirementsFileIsNamed() {
        Path file = directory.resolve("requirements.txt");
        assertError(PythonEnvironment.managed(file), "The requirements file " + file + " does not exist");
    }

    @Test
    void requirementsAreNotOptions() {
        assertThrows(IllegalArgumentException.class, PythonEnvironment::managed);
        assertThrows(IllegalArgumentException.class, () -> PythonEnvironment.managed("--pre"));
        assertThrows(IllegalArgumentException.class, () -> PythonEnvironment.managed("pyarrow", " "));
    }

    @Test
    void itTellsWhatItIs() {
        assertEquals(
                "PythonEnvironment[managed pyarrow pandas]",
                PythonEnvironment.managed("pyarrow", "pandas").toString());
    }

    private Path executable(String script) throws IOException {
        Path python = Files.createDirectories(directory.resolve("bin")).resolve("python");
        Files.writeString(python, script);
        return Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    }

    private static void assertError(PythonEnvironment environment, String... parts) {
        StepVerifier.create(environment.interpreter(Schedulers.boundedElastic()))
                .expectErrorSatisfies(error -> {
                    assertTrue(error instanceof UdfException, error.toString());
                    for (String part : parts) {
                        assertTrue(error.toString().contains(part), error.toString());
                    }
                })
                .verify(LIMIT);
    }
}
