package io.github.reactorudf.samples.runner;

import static io.github.reactorudf.samples.runner.UsageException.check;

import io.github.reactorudf.RowFrame;
import io.github.reactorudf.Udf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which groups and in which order a function sees the rows. */
final class GroupOptions {

    static final String HEADING = "%nGroups and order (the input need not be sorted):%n";

    @Option(
            names = "--group-by",
            split = ",",
            paramLabel = "COL",
            description = "The columns whose values make a group. Groups come ascending by them, nulls last.")
    private List<String> groupBy = List.of();

    @Option(
            names = "--order-by",
            split = ",",
            paramLabel = "COL[ desc]",
            description = "The order of the rows in each group, or of all rows; nulls last. Rows that tie, and all rows"
                    + " without this option, are in the file's order.")
    private List<String> orderBy = List.of();

    @Option(
            names = "--rows",
            paramLabel = "FRAME",
            converter = RowsOption.class,
            description =
                    "The rows that a window aggregate is of, around each row of its group: unbounded (all), growing"
                            + " (up to the row), or FROM:TO, such as -3:0 for the row and the three before it. Makes an"
                            + " aggregate a window aggregate.")
    private @Nullable RowFrame rows;

    @Option(
            names = "--right-group-by",
            split = ",",
            paramLabel = "COL",
            description =
                    "The columns of --right that stand for those of --group-by. Default: those of the same names.")
    private List<String> rightGroupBy = List.of();

    @Option(
            names = "--right-order-by",
            split = ",",
            paramLabel = "COL[ desc]",
            description = "The order of the rows of --right in each group. Default: as in the file.")
    private List<String> rightOrderBy = List.of();

    Sorting sorting() {
        return new Sorting("", groupBy, orders(orderBy));
    }

    /** The order of the second input. */
    Sorting rightSorting() {
        return new Sorting("right-", rightGroupBy.isEmpty() ? groupBy : rightGroupBy, orders(rightOrderBy));
    }

    /**
     * The kind that options imply, or else {@code stated}; null if the function's hints are to say it.
     *
     * @param right whether there is a second input
     */
    @Nullable
    Kind kind(@Nullable Kind stated, boolean right) {
        Kind kind = stated;
        if (right) {
            kind = Kind.implied(Kind.COGROUPED_MAP, "--right", kind);
        }
        if (rows != null) {
            kind = Kind.implied(Kind.WINDOW_AGGREGATE, "--rows", kind);
        }
        check(
                right || (rightGroupBy.isEmpty() && rightOrderBy.isEmpty()),
                "--right-group-by and --right-order-by need --right FILE");
        check(
                rightGroupBy.isEmpty() || rightGroupBy.size() == groupBy.size(),
                "--right-group-by must name as many columns as --group-by");
        if (kind != null) {
            check(kind != Kind.COGROUPED_MAP || right, "--kind cogrouped-map needs --right FILE, the second input");
            check(
                    kind != Kind.WINDOW_AGGREGATE || rows != null,
                    "--kind window-aggregate needs --rows: unbounded, growing, or FROM:TO such as -3:0");
            check(
                    kind.groups() != Kind.Groups.MUST || !groupBy.isEmpty(),
                    what(stated, kind) + " needs --group-by COL,...");
            check(
                    kind.groups() != Kind.Groups.NEVER || groupBy.isEmpty(),
                    "--group-by goes with " + Kind.grouped() + ", not with " + kind
                            + "; to sort the rows say --order-by");
        }
        return kind;
    }

    /** The function, of {@code kind} unless it is null. */
    Udf udf(@Nullable Kind kind, String function) {
        Udf udf = kind == null ? Udf.of(function) : kind.udf(function, rows);
        Udf grouped = groupBy.isEmpty() ? udf : udf.groupBy(groupBy.toArray(String[]::new));
        return rightGroupBy.isEmpty() ? grouped : grouped.groupRightBy(rightGroupBy.toArray(String[]::new));
    }

    /** What on the command line said the kind. */
    private static String what(@Nullable Kind stated, Kind kind) {
        return stated == null && kind == Kind.COGROUPED_MAP ? "--right" : "--kind " + kind;
    }

    private static List<Sorting.Order> orders(List<String> columns) {
        return columns.stream().map(Sorting.Order::parse).toList();
    }
}
