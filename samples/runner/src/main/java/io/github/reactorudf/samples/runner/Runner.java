package io.github.reactorudf.samples.runner;

import io.github.reactorudf.PythonException;
import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import reactor.core.Exceptions;

/** The command's way in and out: arguments to exit status. */
public final class Runner {

    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    private Runner() {}

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command, to execute in this JVM. */
    static CommandLine commandLine() {
        RunnerCommand command = new RunnerCommand();
        return new CommandLine(command)
                .setParameterExceptionHandler(Runner::usage)
                .setExecutionExceptionHandler((failure, line, parsed) -> failure instanceof UsageException
                        ? usage(failure, line.getErr())
                        : failed(failure, line.getErr(), command.verbose()));
    }

    private static int usage(ParameterException failure, String[] args) {
        return usage(failure, failure.getCommandLine().getErr());
    }

    private static int usage(Exception failure, PrintWriter err) {
        err.println("runner: " + failure.getMessage());
        err.println("Try 'runner --help'.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception thrown, PrintWriter err, boolean verbose) {
        Throwable failure = Exceptions.unwrap(thrown);
        if (failure instanceof CancellationException) {
            return INTERRUPTED;
        }
        err.println("runner: " + message(failure));
        if (failure instanceof PythonException python
                && !python.pythonTraceback().isBlank()) {
            err.println(python.pythonTraceback().stripTrailing());
            if (python.pythonType().equals("ModuleNotFoundError")) {
                err.println("runner: packages that the function needs are named by --requirements FILE, or are in the"
                        + " environment that --python PATH names");
            }
        }
        if (verbose) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return FAILED;
    }

    private static String message(Throwable failure) {
        boolean saysItself = failure instanceof UdfException
                || failure instanceof IllegalArgumentException
                || failure instanceof SQLException
                || failure.getClass() == IOException.class;
        String message = failure.getMessage();
        return saysItself && message != null ? inOptions(message) : failure.toString();
    }

    /** The library's hints speak of methods of {@code Udf}; here they are options. */
    private static String inOptions(String message) {
        return message.replace(".returns(...) in Java", "--returns")
                .replace(".returns(...)", "--returns")
                .replace("on(...)", "--on")
                .replace("as(...)", "--as")
                .replace("lateral()", "--lateral")
                .replace("right(...)", "--right")
                .replace(" in Java, ", " here, ")
                .replace("groupBy(...)", "--group-by")
                .replace("needs a row frame", "needs a row frame: say --rows")
                .replace("has no row frame: leave it out", "has no row frame: leave --rows out");
    }
}
