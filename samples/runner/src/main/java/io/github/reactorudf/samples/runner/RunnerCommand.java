package io.github.reactorudf.samples.runner;

import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.Udf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: what was asked for, checked as far as it can be before any work is done. */
@Command(
        name = "runner",
        mixinStandardHelpOptions = true,
        version = "runner 0.1.0",
        sortOptions = false,
        usageHelpWidth = 110,
        header = "Run a Python function over a Parquet or Arrow file, batch by batch.",
        description = {
            "",
            "The function says by its type hints what it is, and by @udf(returns=...) what it gives:",
            "  pa.Array... -> pa.Array, pd.Series... -> pd.Series, or Iterator of either (of tuples, for several"
                    + " columns): the output is the input's columns and one more, row for row;",
            "  Iterator[pa.RecordBatch] -> Iterator[pa.RecordBatch], or of pd.DataFrame: the output is what it yields.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the output file is written",
            "1:the job failed; standard error says why, and there is no output file",
            "2:the command line is wrong, or names a file that does not exist",
            "130:interrupted (Ctrl-C); there is no output file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # score.py: from reactor_udf import udf; import pandas as pd",
            "  #           @udf(returns=\"float64\")",
            "  #           def score(delay: pd.Series, factor: float = 1.0) -> pd.Series: return delay * factor",
            "  java -jar runner.jar --udf score.py:score --on delay --with factor=0.5 \\",
            "       --input flights.parquet --output scored.parquet",
            "",
            "  java -jar runner.jar --udf score.py:score --on delay --as risk --returns float32 \\",
            "       --requirements requirements.txt --input flights.parquet --output scored.arrow"
        })
final class RunnerCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--udf",
            required = true,
            paramLabel = "FILE.py:FUNCTION",
            description = "The function, in a file; other modules beside the file can be imported.")
    private String udf = "";

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "A " + FileFormat.NAMES + " file.")
    private Path input = Path.of("");

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "A " + FileFormat.NAMES + " file to write; it appears when it is complete.")
    private Path output = Path.of("");

    @Option(
            names = "--on",
            split = ",",
            paramLabel = "COL",
            description = "The columns the function takes, in the order of its parameters."
                    + " Default: those named as its parameters; for an iterator function the only one there is; all of them"
                    + " for a function over batches.")
    private List<String> on = List.of();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "The result column's name. Default: the function's name.")
    private @Nullable String as;

    @Option(
            names = "--with",
            paramLabel = "NAME=VALUE",
            description = "A constant keyword argument; VALUE is JSON, or else a string. May be repeated.")
    private Map<String, String> with = new LinkedHashMap<>();

    @Option(
            names = "--returns",
            paramLabel = "TYPE",
            description = "The result's type as pyarrow spells it, such as float64;"
                    + " for a function over batches its columns, such as 'a: int64, b: string'.")
    private @Nullable String returns;

    @Option(
            names = "--batch-rows",
            paramLabel = "N",
            defaultValue = "16384",
            description = "At most so many rows in an input batch. Default: ${DEFAULT-VALUE}")
    private int batchRows;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "At most so many batches on their way in each direction; 1 is lock-step. Default: ${DEFAULT-VALUE}")
    private int window;

    @ArgGroup(exclusive = true, heading = "%nPython, by default an environment with pyarrow and pandas, made once:%n")
    private EnvironmentOption environment = new EnvironmentOption();

    @Option(names = "--verbose", description = "Say more, and show Java's stack trace when the job fails.")
    private boolean verbose;

    /** Which Python to use: one of these, or neither. */
    static final class EnvironmentOption {

        @Option(
                names = "--requirements",
                paramLabel = "FILE",
                description = "Make an environment of what this requirements file lists; it must list pyarrow.")
        private @Nullable Path requirements;

        @Option(names = "--python", paramLabel = "PATH", description = "Use this virtual environment as it is.")
        private @Nullable Path python;
    }

    @Override
    public Integer call() throws Exception {
        Interruption.run(job());
        return CommandLine.ExitCode.OK;
    }

    boolean verbose() {
        return verbose;
    }

    private Job job() {
        check(batchRows >= 1, "--batch-rows must be 1 or more, not " + batchRows);
        check(window >= 1, "--window must be 1 or more, not " + window);
        check(Files.isRegularFile(input), "--input: there is no file " + input);
        Path directory = output.toAbsolutePath().getParent();
        check(
                directory != null && Files.isDirectory(directory) && !Files.isDirectory(output),
                "--output: cannot write a file at " + output + ": its directory must exist, and it must not be one");
        return new Job(
                function(),
                pythonEnvironment(),
                input,
                format("--input", input),
                output,
                format("--output", output),
                batchRows,
                window);
    }

    private UdfFile function() {
        int colon = udf.lastIndexOf(':');
        check(
                colon > 0 && udf.substring(0, colon).endsWith(".py") && colon < udf.length() - 1,
                "--udf must be FILE.py:FUNCTION, not " + udf);
        Path file = Path.of(udf.substring(0, colon)).toAbsolutePath().normalize();
        check(Files.isRegularFile(file), "--udf: there is no file " + file);
        Udf function = Udf.of(file + udf.substring(colon));
        if (!on.isEmpty()) {
            function = function.on(on.toArray(String[]::new));
        }
        for (Map.Entry<String, String> constant : with.entrySet()) {
            function = function.with(constant.getKey(), Constants.parse(constant.getValue()));
        }
        if (as != null) {
            function = function.as(as);
        }
        return new UdfFile(
                Objects.requireNonNull(file.getParent()), returns == null ? function : function.returns(returns));
    }

    private PythonEnvironment pythonEnvironment() {
        Path requirements = environment.requirements;
        if (requirements != null) {
            check(Files.isRegularFile(requirements), "--requirements: there is no file " + requirements);
            return PythonEnvironment.managed(requirements);
        }
        Path python = environment.python;
        if (python != null) {
            check(Files.isDirectory(python), "--python: there is no virtual environment " + python);
            return PythonEnvironment.virtualenv(python);
        }
        return PythonEnvironment.managed("pyarrow", "pandas");
    }

    private FileFormat format(String option, Path file) {
        FileFormat format = FileFormat.of(file);
        if (format == null) {
            throw new ParameterException(
                    spec.commandLine(), option + ": the name of " + file + " must end in " + FileFormat.NAMES);
        }
        return format;
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
