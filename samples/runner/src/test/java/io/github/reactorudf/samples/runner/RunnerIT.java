package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user starts it: {@code java -jar}, with no JVM flag. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RunnerIT {

    private static final String JAR = System.getProperty("reactorudf.tests.jar");

    private Path directory;
    private Path input;
    private Path output;

    @BeforeEach
    void files(@TempDir Path temporary) throws Exception {
        directory = temporary;
        input = Sql.parquet(directory.resolve("in.parquet"), "SELECT range AS value FROM range(50000)");
        output = directory.resolve("out.parquet");
    }

    @Test
    void writesTheOutputAndEndsWithZero() throws Exception {
        Process process = start("doubled");
        assertEquals(0, process.waitFor(), () -> said());
        assertEquals(List.of("0"), Sql.rows("SELECT count(*) FILTER (doubled <> 2 * value) FROM '" + output + "'"));
    }

    @Test
    void failureIsAMessageAndATracebackAndNoStackTrace() throws Exception {
        Process process = start("raises", "--batch-rows", "1000");
        assertEquals(1, process.waitFor());
        String said = said();
        assertTrue(said.contains("runner: ValueError: no more after seven"), said);
        assertTrue(said.contains("Traceback"), said);
        assertFalse(said.contains("\tat "), said);
        assertTrue(Files.notExists(output));
    }

    @Test
    void interruptEndsWith130AndLeavesNothing() throws Exception {
        Path started = directory.resolve("started");
        Process process;
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            process = start("stuck", "--with", "started=" + started);
            while (Files.notExists(started)) {
                assertTrue(watch.take().reset());
            }
        }
        List<ProcessHandle> children = process.descendants().toList();
        assertFalse(children.isEmpty());
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertEquals(130, process.waitFor(), () -> said());
        for (ProcessHandle child : children) {
            child.onExit().get(1, TimeUnit.MINUTES);
        }
        Leftovers.assertFiles(directory, "in.parquet", "started", "said");
    }

    private Process start(String function, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElse("java"), "-jar", JAR, "--python", Run.VENV));
        command.addAll(List.of("--udf", Run.function(function), "--input", input.toString()));
        command.addAll(List.of("--output", output.toString()));
        Stream.of(more).forEach(command::add);
        File said = directory.resolve("said").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said)
                .start();
    }

    private String said() {
        try {
            return Files.readString(directory.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
