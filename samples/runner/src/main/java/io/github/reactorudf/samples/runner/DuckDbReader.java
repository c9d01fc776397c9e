package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query as an Arrow reader that owns its connection, under a schema of ours with the same buffers as
 * DuckDB's. DuckDB forgets, for example, that a 64-bit integer is a duration, or which time zone a time is shown in;
 * {@code restore} says it again.
 */
final class DuckDbReader extends ArrowReader {

    private final DuckDBConnection connection;
    private final @Nullable ArrowScan scan;
    private final ArrowReader exported;
    private final UnaryOperator<Schema> restore;

    private DuckDbReader(
            DuckDBConnection connection,
            @Nullable ArrowScan scan,
            ArrowReader exported,
            UnaryOperator<Schema> restore,
            BufferAllocator allocator) {
        super(allocator);
        this.connection = connection;
        this.scan = scan;
        this.exported = exported;
        this.restore = restore;
    }

    /** Starts {@code query} on a connection of its own, which closing the reader closes. */
    static DuckDbReader open(DuckDbQuery query, int batchRows, BufferAllocator allocator) throws SQLException {
        DuckDBConnection connection = DuckDb.connectToStream();
        ArrowScan scan = null;
        try {
            Source scanned = query.scanned();
            if (scanned != null) {
                scan = ArrowScan.toSort(scanned, allocator);
                scan.register(connection);
            }
            Statement statement = connection.createStatement();
            DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery(query.sql());
            ArrowReader exported = (ArrowReader) result.arrowExportStream(allocator, batchRows);
            return new DuckDbReader(connection, scan, exported, query.restore(), allocator);
        } catch (SQLException | RuntimeException e) {
            AutoCloseables.close(e, connection, scan);
            throw e;
        }
    }

    @Override
    protected Schema readSchema() throws IOException {
        return restore.apply(exported.getVectorSchemaRoot().getSchema());
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        try {
            if (!exported.loadNextBatch()) {
                return false;
            }
        } catch (IOException | RuntimeException e) {
            Throwable cause = scan == null ? null : scan.failure();
            if (cause != null) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw e;
        }
        loadRecordBatch(new VectorUnloader(exported.getVectorSchemaRoot()).getRecordBatch());
        // Ours now holds the buffers; DuckDB's memory is to be free as soon as ours lets go.
        exported.getVectorSchemaRoot().clear();
        return true;
    }

    @Override
    public long bytesRead() {
        return exported.bytesRead();
    }

    @Override
    protected void closeReadSource() throws IOException {
        try {
            AutoCloseables.close(exported, connection, scan);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("DuckDB did not close: " + e.getMessage(), e);
        }
    }
}
