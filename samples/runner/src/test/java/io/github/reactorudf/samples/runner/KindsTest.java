package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions of every kind over unsorted rows with nulls, most of which are of one group: types, order and values are
 * those that pandas computes of the same rows in {@code kinds/check.py}.
 */
@ExtendWith(Leftovers.class)
class KindsTest {

    private static final String FILE =
            Path.of("src/test/python/kinds/functions.py").toAbsolutePath() + ":";
    private static final List<String> FORMATS = List.of("parquet", "arrow", "csv");

    @TempDir
    static Path directory;

    /** A function and the options it is run with; what is expected is computed under the same name in lower case. */
    enum Case {
        SCALAR_PANDAS("scalar_pandas"),
        SCALAR_ARROW("scalar_arrow", "--kind", "scalar", "--on", "count"),
        ITERATOR_PANDAS("iterator_pandas", "--on", "origin,day"),
        ITERATOR_ARROW("iterator_arrow", "--kind", "Scalar_Iterator", "--on", "day"),
        MAP_PANDAS("map_pandas", "--with", "day=2"),
        MAP_ARROW("map_arrow", "--kind", "map"),
        SORTED_MAP("map_arrow", "--order-by", "delay desc,origin"),
        GROUPED_PANDAS("grouped_pandas", "--group-by", "origin,day"),
        GROUPED_ARROW("grouped_arrow", "--kind", "grouped-map", "--group-by", "day", "--order-by", "at desc"),
        GROUPED_ITERATOR("grouped_iterator", "--group-by", "origin"),
        AGGREGATES("mean", "--udf", FILE + "latest", "--udf", FILE + "rows", "--group-by", "origin,day"),
        AGGREGATE_ALL("latest", "--kind", "grouped_aggregate", "--on", "count", "--as", "worst"),
        WINDOW_SLIDING("mean", "--group-by", "origin", "--order-by", "day,at", "--rows", "-3:0"),
        WINDOW_AHEAD("rows", "--group-by", "origin", "--rows", "-1:+2", "--kind", "WINDOW-aggregate"),
        WINDOW_GROWING("rows", "--order-by", "at DESC", "--rows", "growing"),
        WINDOW_UNBOUNDED("latest", "--group-by", "day", "--rows", "unbounded", "--on", "count"),

        PER_ROW("per_row"),
        PER_ROW_HINTED("per_row_hinted", "--kind", "rows", "--as", "joined"),
        WORDS("Words"),
        WORDS_LATERAL("Words", "--kind", "table", "--lateral"),
        AWAITED("awaited", "--concurrency", "3"),
        COGROUPED_PANDAS("cogrouped_pandas", "--right", "RIGHT", "--group-by", "origin", "--right-group-by", "code"),
        COGROUPED_ARROW(
                "cogrouped_arrow",
                "--right",
                "RIGHT",
                "--group-by",
                "origin",
                "--right-group-by",
                "code",
                "--right-order-by",
                "name desc",
                "--kind",
                "cogrouped-map");

        private final String function;
        private final List<String> options;

        Case(String function, String... options) {
            this.function = function;
            this.options = List.of(options);
        }
    }

    @BeforeAll
    static void files() throws Exception {
        Python.run("kinds/check.py", "write", directory);
    }

    /** One function of each kind; formats take turns. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "SCALAR_PANDAS",
                "ITERATOR_PANDAS",
                "SORTED_MAP",
                "GROUPED_PANDAS",
                "AGGREGATES",
                "WINDOW_SLIDING",
                "PER_ROW",
                "WORDS_LATERAL",
                "AWAITED",
                "COGROUPED_PANDAS"
            })
    void isAsPandasComputesIt(Case function) throws Exception {
        check(function, "flights", FORMATS.get(function.ordinal() % 3), FORMATS.get((function.ordinal() + 1) % 2));
    }

    @Tag("full")
    @ParameterizedTest
    @MethodSource("everywhere")
    void isAsPandasComputesItOfEveryFormatAndOfNoRows(Case function, String rows, String from, String to)
            throws Exception {
        check(function, rows, from, to);
    }

    /** Every format is read, by each case; those that are written take turns. */
    static Stream<Arguments> everywhere() {
        return Arrays.stream(Case.values())
                .flatMap(function -> Stream.of("flights", "empty").flatMap(rows -> FORMATS.stream()
                        .filter(from -> !(rows.equals("empty") && from.equals("csv")))
                        .map(from -> Arguments.of(function, rows, from, written(function, rows, from)))));
    }

    private static String written(Case function, String rows, String from) {
        return FORMATS.get((function.ordinal() + rows.length() + FORMATS.indexOf(from)) % 3);
    }

    private static void check(Case function, String rows, String from, String to) throws Exception {
        Path output = directory.resolve(function + "." + rows + "." + from + "." + to);
        Path right = directory.resolve((rows.equals("empty") ? "nowhere." : "airports.") + from);
        List<Object> options = new ArrayList<>(function.options);
        options.replaceAll(option -> option.equals("RIGHT") ? right : option);
        options.addAll(List.of("--batch-rows", "700"));
        Run.of(FILE + function.function, directory.resolve(rows + "." + from), output, options.toArray())
                .expect(0);
        String expected = function.name().toLowerCase(Locale.ROOT);
        Python.run("kinds/check.py", "compare", expected, rows, output);
    }
}
