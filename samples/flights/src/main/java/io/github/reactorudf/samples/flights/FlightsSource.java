package io.github.reactorudf.samples.flights;

import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;
import reactor.core.publisher.Flux;

/** The flights as DuckDB reads them from Parquet: Arrow batches, exported without copying. */
final class FlightsSource {

    private static final int BATCH_ROWS = 8_192;

    private FlightsSource() {}

    /** A connection to a database in memory. */
    static DuckDBConnection connect() throws SQLException {
        Properties properties = new Properties();
        // Without it the driver computes the whole result before the first row is seen.
        properties.setProperty("jdbc_stream_results", "true");
        return (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
    }

    /** How many flights {@code parquet} holds. */
    static long count(DuckDBConnection connection, Path parquet) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table(parquet))) {
            result.next();
            return result.getLong(1);
        }
    }

    /** All flights, in their order; the connection is to stay open, and otherwise unused, until the stream ends. */
    static Flux<RecordBatch> flights(DuckDBConnection connection, Path parquet, BufferAllocator allocator) {
        return RecordBatches.fromReader(() -> {
            Statement statement = connection.createStatement();
            DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery("SELECT * FROM " + table(parquet));
            return (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS);
        });
    }

    private static String table(Path parquet) {
        return "read_parquet('" + parquet.toString().replace("'", "''") + "')";
    }
}
