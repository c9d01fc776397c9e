package io.github.reactorudf.samples.runner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The types of a CSV file's columns: those that DuckDB detects, unless a value would become another one. DuckDB takes
 * {@code no} for false, {@code 0x1A} for 26, {@code epoch} and {@code inf} for dates, and cuts what is shorter than a
 * microsecond.
 */
final class CsvTypes {

    /** What DuckDB is to detect; it knows more types, which Arrow has not. */
    static final String CANDIDATES =
            "['BOOLEAN', 'BIGINT', 'HUGEINT', 'DOUBLE', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMPTZ', 'VARCHAR']";

    private static final String NUMBER =
            "(?i)[+-]?(inf(inity)?|nan|(0|[1-9]\\d*)(\\.\\d*)?(e[+-]?\\d+)?|\\.\\d+(e[+-]?\\d+)?)";
    private static final String TIME_TO = "[^.]*(\\.\\d{1,%d}(\\D.*)?)?";
    private static final String MICROSECONDS = "\\s*\\d" + TIME_TO.formatted(6);
    private static final String NANOSECONDS = "\\s*\\d" + TIME_TO.formatted(9);

    private static final Type TEXT = new Type("VARCHAR", "(?s).*");
    private static final Type FLOAT = new Type("DOUBLE", NUMBER);

    /** The types that a column may have instead of a detected one, the first that all of its values fit. */
    private static final Map<String, List<Type>> INSTEAD = Map.of(
            "BOOLEAN", List.of(new Type("BOOLEAN", "(?i)true|false"), TEXT),
            "BIGINT", List.of(new Type("BIGINT", "\\s*[+-]?\\d+\\s*"), TEXT),
            // Arrow has no integer of 128 bits.
            "HUGEINT", List.of(new Type("DECIMAL(38, 0)", "\\s*[+-]?\\d{1,38}\\s*"), FLOAT, TEXT),
            "DATE", List.of(new Type("DATE", "\\s*\\d.*"), FLOAT, TEXT),
            "TIME", List.of(new Type("TIME", TIME_TO.formatted(6)), TEXT),
            "TIMESTAMP",
                    List.of(new Type("TIMESTAMP", MICROSECONDS), new Type("TIMESTAMP_NS", NANOSECONDS), FLOAT, TEXT),
            "TIMESTAMP WITH TIME ZONE", List.of(new Type("TIMESTAMP WITH TIME ZONE", MICROSECONDS), FLOAT, TEXT),
            "VARCHAR", List.of(FLOAT, TEXT));

    /** @param pattern of the values for which it is right */
    private record Type(String name, String pattern) {}

    private CsvTypes() {}

    /**
     * @param detected by name of column, in the file's order
     * @param table the file with all of its columns as text
     */
    static Map<String, String> of(Statement statement, Map<String, String> detected, String table) throws SQLException {
        List<String> tests = new ArrayList<>();
        detected.forEach((name, type) -> possible(type).forEach(one -> tests.add(fits(name, one))));
        Map<String, String> types = new LinkedHashMap<>();
        try (ResultSet fitting = statement.executeQuery("SELECT " + String.join(", ", tests) + " FROM " + table)) {
            fitting.next();
            int test = 1;
            for (Map.Entry<String, String> column : detected.entrySet()) {
                String chosen = null;
                for (Type type : possible(column.getValue())) {
                    boolean fits = fitting.getBoolean(test++);
                    chosen = chosen == null && fits ? type.name() : chosen;
                }
                types.put(column.getKey(), chosen == null ? TEXT.name() : chosen);
            }
        }
        return types;
    }

    private static List<Type> possible(String detected) {
        return INSTEAD.getOrDefault(detected, List.of(new Type(detected, TEXT.pattern())));
    }

    /** Text is what a column without values is; all else has to be seen. */
    private static String fits(String name, Type type) {
        String all =
                "bool_and(regexp_full_match(" + DuckDb.identifier(name) + ", " + DuckDb.literal(type.pattern()) + "))";
        return "coalesce(" + all + ", " + !type.equals(FLOAT) + ")";
    }
}
