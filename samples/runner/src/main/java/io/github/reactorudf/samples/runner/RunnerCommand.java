package io.github.reactorudf.samples.runner;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** The command line: what was asked for, checked as far as it can be before any work is done. */
@Command(
        name = "runner",
        subcommands = DescribeCommand.class,
        mixinStandardHelpOptions = true,
        version = "runner 0.1.0",
        sortOptions = false,
        usageHelpWidth = 110,
        header = "Run a Python function over a Parquet, Arrow or CSV file, batch by batch.",
        customSynopsis = {
            "Usage: runner [OPTIONS] --udf FILE.py:FUNCTION --input FILE --output FILE",
            "       runner describe [OPTIONS] FILE.py..."
        },
        synopsisHeading = "",
        description = {
            "",
            "The function says by its type hints what it is, and by @udf(returns=...) what it gives. The output is",
            "  the input's columns and one more, row for row:",
            "    scalar             pd.Series... -> pd.Series, or pa.Array",
            "    scalar-iterator    Iterator[pd.Series] -> Iterator[pd.Series], or of tuples of them",
            "    scalar-async       async def of pd.Series... -> pd.Series, or pa.Array",
            "    rows               int, str... -> float: called for each row",
            "    window-aggregate   pd.Series... -> float, with --rows",
            "  what the function gives:",
            "    map                Iterator[pd.DataFrame] -> Iterator[pd.DataFrame], or of pa.RecordBatch",
            "    table              a class with eval, called for each row, which yields rows",
            "    grouped-map        pd.DataFrame -> pd.DataFrame, or pa.Table, with --group-by",
            "    cogrouped-map      (pd.DataFrame, pd.DataFrame) -> pd.DataFrame, or pa.Table, with --right",
            "  a row for each group, with the columns of --group-by:",
            "    grouped-aggregate  pd.Series... -> float, or pa.Array",
            "runner describe FILE.py lists the functions of a file.",
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
            "  #           @udf(returns=\"float64\")",
            "  #           def mean(delay: pd.Series) -> float: return delay.mean()",
            "  java -jar runner.jar --udf score.py:score --on delay --with factor=0.5 \\",
            "       --input flights.parquet --output scored.parquet",
            "",
            "  java -jar runner.jar --udf score.py:score --on delay --as risk --returns float32 \\",
            "       --requirements requirements.txt --input flights.parquet --output scored.arrow",
            "",
            "  java -jar runner.jar --udf score.py:mean --on delay --group-by origin,carrier \\",
            "       --input flights.csv --output means.csv",
            "",
            "  java -jar runner.jar --udf score.py:mean --on delay --group-by origin --order-by day --rows -3:0 \\",
            "       --input flights.csv --output sliding.parquet"
        })
final class RunnerCommand implements Callable<Integer> {

    @ArgGroup(validate = false, order = 1, heading = FunctionOptions.HEADING)
    private FunctionOptions function = new FunctionOptions();

    @ArgGroup(validate = false, order = 2, heading = FileOptions.HEADING)
    private FileOptions files = new FileOptions();

    @ArgGroup(validate = false, order = 3, heading = GroupOptions.HEADING)
    private GroupOptions groups = new GroupOptions();

    @ArgGroup(exclusive = true, order = 4, heading = PythonOptions.HEADING)
    private PythonOptions python = new PythonOptions();

    @ArgGroup(validate = false, order = 5, heading = RunOptions.HEADING)
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws Exception {
        Interruption.run(job());
        return CommandLine.ExitCode.OK;
    }

    boolean verbose() {
        return run.verbose();
    }

    private Job job() {
        return new Job(
                function.functions(groups, files.hasRight()),
                python.environment(),
                files.input(groups.sorting()),
                files.right(groups.rightSorting()),
                files.output(),
                files.outputFormat(),
                run.batchRows(),
                run.window());
    }
}
