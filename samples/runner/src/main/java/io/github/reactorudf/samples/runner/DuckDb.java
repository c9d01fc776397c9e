package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import org.duckdb.DuckDBConnection;

/** Connections to a DuckDB in memory, each to a database of its own, set up so that rows keep their order and types. */
final class DuckDb {

    /** What reading and sorting a file may take; a sort of more goes to disk. */
    private static final String MEMORY = "1GiB";

    private DuckDb() {}

    /** For results that are computed before the first row is seen. */
    static DuckDBConnection connect() throws SQLException {
        return connect(false);
    }

    /** For results that come while they are computed; what fails meanwhile the driver reports less well. */
    static DuckDBConnection connectToStream() throws SQLException {
        DuckDBConnection connection = connect(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET memory_limit = '" + MEMORY + "'");
        }
        return connection;
    }

    private static DuckDBConnection connect(boolean stream) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", Boolean.toString(stream));
        DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
        try (Statement statement = connection.createStatement()) {
            // By default a directory beside whatever was the working directory.
            statement.execute("SET temp_directory = " + literal(spilled()));
            statement.execute("SET preserve_insertion_order = true");
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET arrow_large_buffer_size = false");
            statement.execute("SET produce_arrow_string_view = false");
        }
        return connection;
    }

    /** Where a sort puts what is over its memory; DuckDB makes the directory when it needs it, and removes it. */
    private static Path spilled() {
        return Path.of(System.getProperty("java.io.tmpdir"), "runner-" + UUID.randomUUID());
    }

    static String literal(Path file) {
        return literal(file.toString());
    }

    /** A file to be read, whose path DuckDB takes for a pattern. */
    static String pattern(Path file) {
        return literal(file.toString().replace("[", "[[]").replace("*", "[*]").replace("?", "[?]"));
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
