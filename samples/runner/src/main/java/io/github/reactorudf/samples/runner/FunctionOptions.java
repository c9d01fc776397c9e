package io.github.reactorudf.samples.runner;

import static io.github.reactorudf.samples.runner.UsageException.check;

import io.github.reactorudf.Udf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which functions, and what each is given. */
final class FunctionOptions {

    static final String HEADING = "%nThe function:%n";

    @Option(
            names = "--udf",
            paramLabel = "FILE.py:FUNCTION",
            description = "The function, in a file; other modules beside the file can be imported. May be repeated:"
                    + " the functions are evaluated together, with the same options.")
    private List<String> udf = List.of();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            converter = Kind.Converter.class,
            completionCandidates = Kind.Names.class,
            description = "What the function is: ${COMPLETION-CANDIDATES}. Default: what its type hints say.")
    private @Nullable Kind kind;

    @Option(
            names = "--on",
            split = ",",
            paramLabel = "COL",
            description = "The columns the function takes, in the order of its parameters."
                    + " Default: those named as its parameters; for an iterator function the only one there is; all of them"
                    + " for a function over batches or groups.")
    private List<String> on = List.of();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "The result column's name, once for each --udf. Default: the function's name.")
    private List<String> as = List.of();

    @Option(
            names = "--with",
            paramLabel = "NAME=VALUE",
            description = "A constant keyword argument; VALUE is JSON, or else a string. May be repeated.")
    private Map<String, String> with = new LinkedHashMap<>();

    @Option(
            names = "--returns",
            paramLabel = "TYPE",
            description = "The result's type as pyarrow spells it, such as float64;"
                    + " for a function that gives rows its columns, such as 'a: int64, b: string'.")
    private @Nullable String returns;

    @Option(
            names = "--lateral",
            description = "Leave the columns of the input's row beside the rows that a table function gives for it.")
    private boolean lateral;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "How many calls of an asynchronous function are awaited at once. Default: 8")
    private @Nullable Integer concurrency;

    /** The functions, grouped and framed as {@code groups} says; {@code right}: there is a second input. */
    List<UdfFile> functions(GroupOptions groups, boolean right) {
        Kind known = groups.kind(lateral ? Kind.implied(Kind.TABLE, "--lateral", kind) : kind, right);
        check(
                concurrency == null || known == null || known == Kind.SCALAR_ASYNC || known == Kind.ROWS,
                "--concurrency goes with scalar-async and rows, not with " + known);
        check(concurrency == null || concurrency >= 1, "--concurrency must be 1 or more, not " + concurrency);
        check(!udf.isEmpty(), "--udf is missing: say FILE.py:FUNCTION");
        check(!right || udf.size() == 1, "--right goes with one --udf");
        check(
                as.isEmpty() || as.size() == udf.size(),
                "--as must be said once for each --udf: there are " + udf.size() + ", and " + as.size() + " names");
        List<UdfFile> functions = new ArrayList<>();
        for (int i = 0; i < udf.size(); i++) {
            CodeFile file = file(udf.get(i));
            String name = udf.get(i).substring(udf.get(i).lastIndexOf(':'));
            Udf function = given(groups.udf(known, file.module() + name));
            functions.add(new UdfFile(file.directories(), as.isEmpty() ? function : function.as(as.get(i))));
        }
        return functions;
    }

    private Udf given(Udf function) {
        Udf given = on.isEmpty() ? function : function.on(on.toArray(String[]::new));
        for (Map.Entry<String, String> constant : with.entrySet()) {
            given = given.with(constant.getKey(), Constants.parse(constant.getValue()));
        }
        if (lateral) {
            given = given.lateral();
        }
        if (concurrency != null) {
            given = given.concurrency(concurrency);
        }
        return returns == null ? given : given.returns(returns);
    }

    private static CodeFile file(String udf) {
        int colon = udf.lastIndexOf(':');
        check(
                colon > 0 && udf.substring(0, colon).endsWith(".py") && colon < udf.length() - 1,
                "--udf must be FILE.py:FUNCTION, not " + udf);
        Path file = Path.of(udf.substring(0, colon)).toAbsolutePath().normalize();
        check(Files.isRegularFile(file), "--udf: there is no file " + file);
        return CodeFile.of(file);
    }
}
