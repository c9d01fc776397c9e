package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * How a CSV file is read. Its first line is the header; the types of its columns are the narrowest that all of its rows
 * fit, and in which no value is another one.
 */
final class CsvFile {

    private CsvFile() {}

    /**
     * The file as DuckDB's table, its types detected by reading all of it.
     *
     * @throws IOException if it is no such file; names it
     */
    static String table(Path file, String delimiter) throws IOException {
        if (Files.size(file) == 0) {
            throw new IOException("cannot read " + file + " as CSV: it is empty, without a header");
        }
        // A date is not guessed: of 01/02/2013 nobody knows which number is the month.
        String options = DuckDb.pattern(file) + ", header = true, delim = " + DuckDb.literal(delimiter)
                + ", quote = '\"', escape = '\"', comment = '', skip = 0, dateformat = '%Y-%m-%d'"
                + ", hive_partitioning = false";
        try (DuckDBConnection connection = DuckDb.connect();
                Statement statement = connection.createStatement()) {
            Map<String, String> detected = new LinkedHashMap<>();
            String newLine = "";
            try (ResultSet found = statement.executeQuery(
                    "SELECT c.name, c.type, n FROM (SELECT unnest(Columns) AS c, NewLineDelimiter AS n FROM sniff_csv("
                            + options + ", sample_size = -1, auto_type_candidates = " + CsvTypes.CANDIDATES + "))")) {
                while (found.next()) {
                    detected.put(found.getString(1), found.getString(2));
                    newLine = found.getString(3);
                }
            }
            String known = options + ", auto_detect = false, new_line = " + DuckDb.literal(newLine);
            Map<String, String> text = new LinkedHashMap<>(detected);
            text.replaceAll((name, type) -> "VARCHAR");
            return table(known, CsvTypes.of(statement, detected, table(known, text)));
        } catch (SQLException e) {
            throw new IOException("cannot read " + file + " as CSV: " + reason(e), e);
        }
    }

    private static String table(String options, Map<String, String> types) {
        return types.entrySet().stream()
                .map(column -> DuckDb.literal(column.getKey()) + ": " + DuckDb.literal(column.getValue()))
                .collect(Collectors.joining(", ", "read_csv(" + options + ", columns = {", "})"));
    }

    /** DuckDB goes on to list the options of its reader. */
    private static String reason(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.toLowerCase(Locale.ROOT).contains("when sniffing file")) {
            return "its rows do not have as many fields as its header, or its quotes do not match";
        }
        return message.lines().limit(3).reduce((a, b) -> a + "; " + b).orElse(message);
    }
}
