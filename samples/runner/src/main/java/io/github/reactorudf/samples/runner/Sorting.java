package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The order in which a file's rows are wanted: those of a group together, the groups ascending by their key, and in a
 * group by {@code orderBy}. Rows that tie stay in the file's order; nulls come last, behind NaNs.
 *
 * @param side what the options that said so begin with, for messages: {@code ""} or {@code "right-"}
 */
record Sorting(String side, List<String> groupBy, List<Order> orderBy) {

    /** A column to order by. */
    record Order(String column, boolean descending) {

        /** {@code "COL"}, {@code "COL asc"} or {@code "COL desc"}. */
        static Order parse(String text) {
            String trimmed = text.strip();
            String lower = trimmed.toLowerCase(Locale.ROOT);
            if (lower.endsWith(" desc")) {
                return new Order(trimmed.substring(0, trimmed.length() - 5).strip(), true);
            }
            boolean said = lower.endsWith(" asc");
            return new Order(said ? trimmed.substring(0, trimmed.length() - 4).strip() : trimmed, false);
        }
    }

    boolean isNone() {
        return groupBy.isEmpty() && orderBy.isEmpty();
    }

    /**
     * {@code query}, whose result has the columns of {@code schema}, in this order; it needs the file's order for rows
     * that tie. Columns are spoken of by position, since DuckDB does not tell names of other case apart.
     *
     * @throws IllegalArgumentException if there is no such column; names {@code file}
     */
    String apply(String query, Schema schema, Path file) {
        if (isNone()) {
            return query;
        }
        List<String> names = schema.getFields().stream().map(Field::getName).toList();
        List<String> terms = new ArrayList<>();
        for (String column : groupBy) {
            terms.add("c" + position(column, names, "group-by", file) + " NULLS LAST");
        }
        for (Order order : orderBy) {
            terms.add("c" + position(order.column(), names, "order-by", file)
                    + (order.descending() ? " DESC NULLS LAST" : " NULLS LAST"));
        }
        String columns =
                IntStream.range(0, names.size()).mapToObj(i -> "c" + i + ", ").collect(Collectors.joining());
        String named = IntStream.range(0, names.size())
                .mapToObj(i -> "c" + i + " AS " + DuckDb.identifier(names.get(i)))
                .collect(Collectors.joining(", "));
        return "SELECT " + named + " FROM (SELECT *, row_number() OVER () FROM (" + query + ")) AS rows(" + columns
                + "row) ORDER BY " + String.join(", ", terms) + ", row";
    }

    private int position(String column, List<String> names, String option, Path file) {
        int position = names.indexOf(column);
        if (position < 0) {
            throw new IllegalArgumentException("--" + side + option + ": " + file + " has no column " + column
                    + "; it has " + String.join(", ", names));
        }
        return position;
    }
}
