package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** A Parquet file, read by DuckDB as Arrow batches. */
final class ParquetSource implements Source {

    private final BufferAllocator allocator;
    private final ParquetFooter footer;
    private final String query;
    private final Schema schema;
    private final int batchRows;

    /** Reads the file's footer; {@code allocator} then holds the batches of each subscription. */
    ParquetSource(Path file, int batchRows, BufferAllocator allocator) throws SQLException, IOException {
        this.allocator = allocator;
        this.batchRows = batchRows;
        this.footer = ParquetFooter.read(file);
        this.query = "SELECT " + footer.selection() + " FROM " + ParquetFooter.table(file);
        try (ArrowReader reader = DuckDbReader.open(query + " LIMIT 0", batchRows, footer::restore, allocator)) {
            this.schema = reader.getVectorSchemaRoot().getSchema();
        }
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public Schema declared() {
        return footer.declared();
    }

    @Override
    public long rows() {
        return footer.rows();
    }

    @Override
    public Flux<RecordBatch> batches() {
        return RecordBatches.fromReader(() -> DuckDbReader.open(query, batchRows, footer::restore, allocator));
    }
}
