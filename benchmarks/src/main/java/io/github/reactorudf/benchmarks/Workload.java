package io.github.reactorudf.benchmarks;

import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What is computed.
 *
 * @param key as children and Python files name it
 * @param columns of the input
 * @param reads those that the functions read: all that a peer is given
 * @param functions without the suffix of their form; each gives a column
 * @param returns the type of the columns and of each result, in pyarrow's spelling
 * @param ofRow what a row's results add to the checksum
 */
record Workload(
        String key,
        List<String> columns,
        List<String> reads,
        List<String> functions,
        String returns,
        LongUnaryOperator ofRow) {

    static final Workload LIGHT = ofX("light", List.of("light"), row -> row + 1);
    static final Workload CPU = ofX("cpu", List.of("cpu"), row -> row + 1 + 20 * (row % 7 - 3));
    static final Workload SLEEP = ofX("sleep", List.of("sleep"), row -> row + 1);
    static final Workload THREE = ofX("three", List.of("add_one", "times_two", "minus_one"), row -> 4 * row);
    static final Workload STRINGS = new Workload(
            "strings",
            List.of("s"),
            List.of("s"),
            List.of("strings"),
            "string",
            row -> row % 10 == 0 ? 0 : text(row).length());
    static final Workload WIDE = new Workload(
            "wide",
            IntStream.range(0, 100).mapToObj(i -> "c" + i).toList(),
            List.of("c0", "c1"),
            List.of("wide"),
            "int64",
            row -> 2 * row + 1);

    private static Workload ofX(String key, List<String> functions, LongUnaryOperator ofRow) {
        return new Workload(key, List.of("x"), List.of("x"), functions, "int64", ofRow);
    }

    /** A value of the column of strings; every tenth row has none. */
    static String text(long row) {
        return "row " + row;
    }

    boolean isText() {
        return returns.equals("string");
    }

    /** The schema of the results. */
    Schema results() {
        ArrowType type = isText() ? ArrowType.Utf8.INSTANCE : new ArrowType.Int(64, true);
        return new Schema(
                functions.stream().map(name -> Field.nullable(name, type)).toList());
    }

    /** What {@link Checksum} of the results of that many rows is. */
    long checksum(long rows) {
        long sum = 0;
        for (long row = 0; row < rows; row++) {
            sum += ofRow.applyAsLong(row);
        }
        return sum;
    }
}
