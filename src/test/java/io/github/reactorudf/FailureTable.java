package io.github.reactorudf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of {@code docs/failures.md}. */
final class FailureTable {

    private static final Path PAGE = Path.of("../../docs/failures.md");
    private static final String HEADER = "| what happens | signal | worker | within |";
    private static final Pattern TERM = Pattern.compile("`(\\w+)`|(deadline)|([0-9.]+) (s|ms)");

    /** What the page means by "at once". */
    private static final Duration AT_ONCE = Duration.ofMillis(300);

    /** A row; {@code within} is as it is written. */
    record Row(String what, String signal, String worker, String within) {

        /** The simple name of the exception that the subscriber sees; "" if it sees none. */
        String exception() {
            Matcher named = Pattern.compile("`(\\w+Exception)`").matcher(signal);
            return named.find() ? named.group(1) : "";
        }

        boolean isBounded() {
            return !within.equals("–");
        }

        /** @param limits by the names that the page gives them */
        Duration bound(Map<String, Duration> limits) {
            if (within.equals("at once")) {
                return AT_ONCE;
            }
            Duration sum = Duration.ZERO;
            Matcher terms = TERM.matcher(within);
            boolean any = false;
            while (terms.find()) {
                any = true;
                sum = sum.plus(bound(terms, limits));
            }
            if (!any) {
                throw new AssertionError("no bound: " + within);
            }
            return sum;
        }

        private static Duration bound(Matcher term, Map<String, Duration> limits) {
            if (term.group(3) != null) {
                double number = Double.parseDouble(term.group(3));
                return Duration.ofMillis(Math.round(term.group(4).equals("s") ? 1000 * number : number));
            }
            String name = term.group(1) == null ? term.group(2) : term.group(1);
            Duration limit = limits.get(name);
            if (limit == null) {
                throw new AssertionError("no limit " + name + " among " + limits.keySet());
            }
            return limit;
        }
    }

    private FailureTable() {}

    static List<Row> rows() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int header = lines.indexOf(HEADER);
        if (header < 0) {
            throw new AssertionError("no table with " + HEADER + " in " + PAGE);
        }
        return lines.subList(header + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(FailureTable::row)
                .toList();
    }

    private static Row row(String line) {
        List<String> cells = Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                .map(String::trim)
                .toList();
        if (cells.size() != 4) {
            throw new AssertionError("a row of " + cells.size() + " cells: " + line);
        }
        return new Row(cells.get(0), cells.get(1), cells.get(2), cells.get(3));
    }
}
