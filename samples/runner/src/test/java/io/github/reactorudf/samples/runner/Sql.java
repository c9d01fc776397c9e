package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What DuckDB makes for a test, and what it reads back. */
final class Sql {

    private Sql() {}

    /** Writes the rows of {@code query} to a Parquet file. */
    static Path parquet(Path file, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (" + query + ") TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE 10000)");
        }
        return file;
    }

    /** The rows of {@code query}, each as its values with commas between. */
    static List<String> rows(String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(result.getObject(i)));
                }
                rows.add(String.join(",", row));
            }
        }
        return rows;
    }

    /** The names and types of the columns of a Parquet file. */
    static List<String> columns(Path file) throws SQLException {
        return rows("SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM '" + file + "')");
    }
}
