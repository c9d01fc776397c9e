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
        Path text = Files.createFile(directory.resolve("in.txt"));
        refused(run("--input", text, "--output", output), ".parquet, .arrow, .feather, .csv");
    }

    @Test
    void outputIsOfAnotherFormat() throws Exception {
        refused(run("--input", input, "--output", directory.resolve("out.json")), ".parquet, .arrow, .feather, .csv");
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
    void kindIsUnknown() throws Exception {
        refused(files("--kind", "grouped"), "there is no kind grouped; there are scalar, scalar-iterator,");
    }

    @Test
    void groupsAreMissing() throws Exception {
        refused(files("--kind", "Grouped_Map"), "--kind grouped-map needs --group-by COL");
        refused(files("--right", input), "--right needs --group-by COL");
    }

    @Test
    void groupsDoNotGoWithTheKind() throws Exception {
        refused(files("--kind", "map", "--group-by", "value"), "to sort the rows say --order-by");
    }

    @Test
    void rowFrameIsMissingOrWrong() throws Exception {
        refused(files("--kind", "window-aggregate"), "--kind window-aggregate needs --rows");
        refused(
                files("--kind", "grouped-aggregate", "--rows", "growing"),
                "--rows goes with window-aggregate, not with");
        refused(files("--rows", "3"), "FROM:TO such as -3:0");
        refused(files("--rows", "1:-1"), "a row frame from 1 to -1 has no rows");
    }

    @Test
    void secondInputIsMissingOrTooMuch() throws Exception {
        refused(files("--kind", "cogrouped-map", "--group-by", "value"), "needs --right FILE");
        refused(files("--right-group-by", "value"), "need --right FILE");
        refused(files("--right", input, "--rows", "growing", "--group-by", "value"), "--rows goes with");
        refused(files("--right", directory.resolve("none.csv"), "--group-by", "value"), "none.csv");
        refused(
                files("--right", input, "--group-by", "value", "--right-group-by", "a,b"),
                "as many columns as --group-by");
    }

    @Test
    void optionsOfOtherKinds() throws Exception {
        refused(files("--lateral", "--kind", "map"), "--lateral goes with table, not with map");
        refused(files("--concurrency", "2", "--kind", "scalar"), "--concurrency goes with");
        refused(files("--concurrency", "0"), "--concurrency must be 1 or more");
    }

    @Test
    void namesAreFewerThanFunctions() throws Exception {
        refused(files("--udf", Run.function("scaled"), "--as", "a"), "--as must be said once for each --udf");
    }

    @Test
    void describedFileIsMissing() throws Exception {
        refused(Run.exactly("describe", "none.py"), "none.py");
        refused(Run.exactly("describe", input), "end in .py");
        refused(Run.exactly("describe"), "FILE.py");
    }

    @Test
    void helpExplainsItself() {
        Run run = Run.exactly("--help").expect(0);
        for (String said : List.of("--udf=FILE.py:FUNCTION", "Examples:", "Exit status:", "130", "Default: 16384")) {
            assertTrue(run.out().contains(said), said);
        }
    }

    /** With an input and an output. */
    private Run files(Object... more) {
        return run(Stream.concat(Stream.of("--input", input, "--output", output), Stream.of(more))
                .toArray());
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
