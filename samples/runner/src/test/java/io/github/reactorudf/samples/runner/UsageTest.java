package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong command line: status 2, one clear line, and nothing done. */
class UsageTest {

    private Path directory;
    private String input;
    private String output;

    @BeforeEach
    void files(@TempDir Path temporary) throws Exception {
        directory = temporary;
        input = Sql.parquet(directory.resolve("in.parquet"), "SELECT 1::BIGINT AS value")
                .toString();
        output = directory.resolve("out.parquet").toString();
    }

    @Test
    void requiredOptionIsMissing() throws Exception {
        refused(Run.exactly("--input", input, "--output", output), "--udf");
    }

    @Test
    void inputFileIsMissing() throws Exception {
        refused(run("--input", directory.resolve("none.parquet"), "--output", output), "none.parquet");
    }

    @Test
    void inputIsOfAnotherFormat() throws Exception {
        Path csv = Files.createFile(directory.resolve("in.csv"));
        refused(run("--input", csv, "--output", output), ".parquet, .arrow or .feather");
        Files.delete(csv);
    }

    @Test
    void outputIsOfAnotherFormat() throws Exception {
        refused(run("--input", input, "--output", directory.resolve("out.csv")), ".parquet, .arrow or .feather");
    }

    @Test
    void outputDirectoryIsMissing() throws Exception {
        refused(run("--input", input, "--output", directory.resolve("none/out.parquet")), "directory must exist");
    }

    @Test
    void requirementsAndPythonExcludeEachOther() throws Exception {
        Run run = run("--input", input, "--output", output, "--requirements", "a.txt", "--python", "venv");
        refused(run, "mutually exclusive");
    }

    @Test
    void pythonIsNoEnvironment() throws Exception {
        refused(run("--input", input, "--output", output, "--python", directory.resolve("none")), "--python");
    }

    @Test
    void requirementsFileIsMissing() throws Exception {
        refused(
                run("--input", input, "--output", output, "--requirements", directory.resolve("none")),
                "--requirements");
    }

    @Test
    void numbersAreOutOfRange() throws Exception {
        refused(run("--input", input, "--output", output, "--batch-rows", 0), "--batch-rows");
        refused(run("--input", input, "--output", output, "--window", 0), "--window");
    }

    @Test
    void functionIsNotInAPythonFile() throws Exception {
        refused(Run.exactly("--udf", "module", "--input", input, "--output", output), "FILE.py:FUNCTION");
    }

    @Test
    void functionFileIsMissing() throws Exception {
        refused(Run.exactly("--udf", "none.py:f", "--input", input, "--output", output), "none.py");
    }

    @Test
    void helpExplainsItself() {
        Run run = Run.exactly("--help").expect(0);
        for (String said : List.of("--udf=FILE.py:FUNCTION", "Examples:", "Exit status:", "130", "Default: 16384")) {
            assertTrue(run.out().contains(said), said);
        }
    }

    private static Run run(Object... more) {
        Stream<Object> given = Stream.of("--udf", Run.function("doubled"));
        return Run.exactly(
                Stream.concat(given, Stream.of(more)).map(Object::toString).toArray(String[]::new));
    }

    private void refused(Run run, String reason) throws Exception {
        run.expect(2);
        assertTrue(run.err().contains(reason), run.err());
        assertEquals(2, run.err().lines().count(), run.err());
        assertTrue(Files.notExists(Path.of(output)));
    }
}
