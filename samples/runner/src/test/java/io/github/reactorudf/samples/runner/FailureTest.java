package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A job that fails: status 1, a message that names the cause, no output file, no temporary file, no process. */
@ExtendWith(Leftovers.class)
class FailureTest {

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
    void functionRaises() throws Exception {
        Run run = run(Run.function("raises"), "--batch-rows", 1_000);
        failed(run, "ValueError: no more after seven");
        assertTrue(run.err().contains("Traceback"), run.err());
        assertTrue(run.err().contains("functions.py\", line"), run.err());
    }

    @Test
    void functionRaisesIntoAnArrowFile() throws Exception {
        output = directory.resolve("out.arrow");
        failed(run(Run.function("raises"), "--batch-rows", 1_000), "ValueError: no more after seven");
    }

    @Test
    void columnIsMissing() throws Exception {
        failed(run(Run.function("doubled"), "--on", "price"), "price");
    }

    @Test
    void functionDoesNotExist() throws Exception {
        failed(run(Run.function("nothing")), "nothing");
    }

    @Test
    void fileHasASyntaxError() throws Exception {
        failed(run(Path.of("src/test/python/broken.py").toAbsolutePath() + ":broken"), "SyntaxError");
    }

    @Test
    void resultIsOfAnotherTypeThanPromised() throws Exception {
        failed(run(Run.function("lies")), "string");
    }

    @Test
    void statedTypeDisagreesWithPython() throws Exception {
        failed(run(Run.function("doubled"), "--returns", "float64"), "double");
    }

    @Test
    void resultTypeIsNotStated() throws Exception {
        failed(run(Run.function("untyped")), "returns");
    }

    @Test
    void inputIsNotParquet() throws Exception {
        Files.writeString(input, "not Parquet at all");
        failed(run(Run.function("doubled")), "in.parquet");
    }

    @Test
    void inputIsNotArrow() throws Exception {
        Files.delete(input);
        input = Files.writeString(directory.resolve("in.arrow"), "not Arrow at all");
        failed(run(Run.function("doubled")), "in.arrow");
    }

    @Test
    void inputIsNoCsv() throws Exception {
        Files.delete(input);
        input = Files.writeString(directory.resolve("in.csv"), "value\n1,2\n");
        failed(run(Run.function("doubled")), "in.csv");
        Files.writeString(input, "");
        failed(run(Run.function("doubled")), "in.csv as CSV: it is empty");
    }

    @Test
    void groupColumnIsMissing() throws Exception {
        failed(run(Run.function("doubled"), "--group-by", "price"), "in.parquet has no column price; it has value");
        failed(
                run(Run.function("doubled"), "--order-by", "price desc"),
                "in.parquet has no column price; it has value");
    }

    @Test
    void groupsDoNotGoWithTheFunction() throws Exception {
        failed(run(Run.function("doubled"), "--group-by", "value"), "has no groups: leave --group-by out");
    }

    @Test
    void whatStoodAtTheOutputStays() throws Exception {
        Files.writeString(output, "old");
        run(Run.function("raises"), "--batch-rows", 1_000).expect(1);
        assertEquals("old", Files.readString(output));
    }

    @Test
    void verboseShowsTheStackTrace() {
        Run run =
                run(Run.function("raises"), "--batch-rows", 1_000, "--verbose").expect(1);
        assertTrue(run.err().contains("\tat "), run.err());
    }

    private Run run(String function, Object... more) {
        return Run.of(function, input, output, more);
    }

    private void failed(Run run, String reason) throws Exception {
        run.expect(1);
        assertTrue(run.err().startsWith("runner: "), run.err());
        assertTrue(run.err().contains(reason), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        Leftovers.assertFiles(directory, input.getFileName().toString());
    }
}
