package io.github.reactorudf.samples.runner;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Descriptions of functions as a table. */
final class DescriptionTable {

    private static final List<String> HEADER = List.of("FUNCTION", "KIND", "ARGUMENTS", "CONSTANTS", "RESULT");

    private final List<Description> functions;

    DescriptionTable(List<Description> functions) {
        this.functions = functions;
    }

    void print(PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        functions.stream()
                .filter(function -> function.problem() == null)
                .map(DescriptionTable::cells)
                .forEach(rows::add);
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < HEADER.size(); column++) {
                line.append(row.get(column))
                        .append(" ".repeat(width(rows, column) - row.get(column).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
        for (Description function : functions) {
            if (function.problem() != null) {
                out.println();
                out.println(function.function() + " cannot be evaluated: " + function.problem());
            }
        }
    }

    private static List<String> cells(Description function) {
        return List.of(
                function.function(),
                cell(function.kind()),
                cell(function.arguments()),
                cell(function.constants()),
                Objects.requireNonNullElse(function.result(), "as --returns says"));
    }

    private static String cell(@Nullable String value) {
        return value == null || value.isEmpty() ? "-" : value;
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
