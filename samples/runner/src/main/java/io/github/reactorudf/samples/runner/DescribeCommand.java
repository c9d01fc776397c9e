package io.github.reactorudf.samples.runner;

import static io.github.reactorudf.samples.runner.UsageException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the functions of Python files. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        usageHelpWidth = 110,
        header = "List the functions of Python files: kind, arguments, constants and type of the result.",
        description =
                "The files are imported. A function that is decorated and cannot be evaluated is listed with the reason.",
        optionListHeading = "%nOptions:%n")
final class DescribeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE.py", description = "The files.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Write JSON: an array of objects, one for each function.")
    private boolean json;

    @ArgGroup(exclusive = true, heading = PythonOptions.HEADING)
    private PythonOptions python = new PythonOptions();

    @Override
    public Integer call() throws JsonProcessingException {
        for (Path file : files) {
            check(file.toString().endsWith(".py"), "describe takes files that end in .py, not " + file);
            check(Files.isRegularFile(file), "describe: there is no file " + file);
        }
        List<Description> described = Description.of(files, python.environment());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(described));
        } else {
            new DescriptionTable(described).print(out);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
