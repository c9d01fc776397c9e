package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine;

/** A run of the command in this JVM, on the tests' Python environment. */
record Run(int status, String out, String err) {

    static final String VENV = System.getProperty("reactorudf.tests.venv");

    /** The functions that the tests evaluate: {@code functions.py:NAME}. */
    static String function(String name) {
        return Path.of("src/test/python/functions.py").toAbsolutePath() + ":" + name;
    }

    /** Runs {@code function}, as {@code FILE.py:FUNCTION}, on the tests' Python environment. */
    static Run of(String function, Path input, Path output, Object... more) {
        Stream<Object> given = Stream.of("--python", VENV, "--udf", function, "--input", input, "--output", output);
        return exactly(
                Stream.concat(given, Stream.of(more)).map(Object::toString).toArray(String[]::new));
    }

    /** Runs with {@code arguments} and no more. */
    static Run exactly(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Runner.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int status = command.execute(arguments);
        return new Run(status, out.toString(), err.toString());
    }

    Run expect(int expected) {
        assertEquals(expected, status, () -> "standard error:\n" + err);
        return this;
    }
}
