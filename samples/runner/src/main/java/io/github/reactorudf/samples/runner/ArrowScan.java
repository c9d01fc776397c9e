package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.sql.SQLException;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A stream of batches as the table {@link #NAME} of a DuckDB connection, to be read once. */
final class ArrowScan implements AutoCloseable {

    static final String NAME = "batches";

    private final ArrowArrayStream stream;
    private final BatchReader reader;

    /** Subscribes to {@code batches}, whose columns DuckDB is to see as {@code schema}, of the same buffers. */
    ArrowScan(Flux<RecordBatch> batches, Schema schema, BufferAllocator allocator) {
        this.stream = ArrowArrayStream.allocateNew(allocator);
        this.reader = new BatchReader(batches, schema, allocator);
        Data.exportArrayStream(allocator, reader, stream);
    }

    /** The rows of {@code source}, under types by which DuckDB does not change them. */
    static ArrowScan toSort(Source source, BufferAllocator allocator) {
        Categories.check(source.schema(), "a sorted stream");
        Schema schema = new Schema(
                source.schema().getFields().stream().map(ArrowTypes::sortable).toList());
        return new ArrowScan(source.batches(), schema, allocator);
    }

    /** Makes it a table of {@code connection}, which is to be closed before this is. */
    void register(DuckDBConnection connection) throws SQLException {
        connection.registerArrowStream(NAME, stream);
    }

    /** What ended the stream, or null if nothing went wrong. */
    @Nullable
    Throwable failure() {
        return reader.failure();
    }

    /** How many rows have been read. */
    long rows() {
        return reader.rows();
    }

    /** Cancels the stream. */
    @Override
    public void close() {
        reader.close();
        stream.close();
    }
}
