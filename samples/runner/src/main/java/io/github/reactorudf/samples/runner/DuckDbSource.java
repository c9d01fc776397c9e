package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** A file, read and sorted by DuckDB as Arrow batches. */
final class DuckDbSource implements Source {

    private static final Schema NONE = new Schema(List.of());

    private final DuckDbQuery query;
    private final Schema schema;
    private final Schema declared;
    private final long rows;
    private final int batchRows;
    private final BufferAllocator allocator;

    private DuckDbSource(
            InputFile file, DuckDbQuery unsorted, Schema declared, long rows, int batchRows, BufferAllocator allocator)
            throws IOException, SQLException {
        this.declared = declared;
        this.rows = rows;
        this.batchRows = batchRows;
        this.allocator = allocator;
        try (ArrowReader reader = unsorted.columns().open(batchRows, allocator)) {
            this.schema = reader.getVectorSchemaRoot().getSchema();
        }
        this.query = unsorted.sorted(file.sorting(), schema);
    }

    /** Reads the file's footer. */
    static DuckDbSource parquet(InputFile file, int batchRows, BufferAllocator allocator)
            throws IOException, SQLException {
        ParquetFooter footer = ParquetFooter.read(file.path());
        String select = "SELECT " + footer.selection() + " FROM " + ParquetFooter.table(file.path());
        DuckDbQuery query = new DuckDbQuery(file.path(), select, footer::restore);
        return new DuckDbSource(file, query, footer.declared(), footer.rows(), batchRows, allocator);
    }

    /** Reads all of the file once, for its types. */
    static DuckDbSource csv(InputFile file, String delimiter, int batchRows, BufferAllocator allocator)
            throws IOException, SQLException {
        String select = "SELECT * FROM " + CsvFile.table(file.path(), delimiter);
        DuckDbQuery query = new DuckDbQuery(file.path(), select, UnaryOperator.identity());
        return new DuckDbSource(file, query, NONE, -1, batchRows, allocator);
    }

    /** Sorts {@code batches}, which are those of the file in its order. */
    static DuckDbSource arrow(InputFile file, Source batches, int batchRows, BufferAllocator allocator)
            throws IOException, SQLException {
        DuckDbQuery query = DuckDbQuery.over(file.path(), batches);
        return new DuckDbSource(file, query, batches.declared(), batches.rows(), batchRows, allocator);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public Schema declared() {
        return declared;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public Flux<RecordBatch> batches() {
        return RecordBatches.fromReader(() -> query.open(batchRows, allocator))
                .onErrorMap(failure -> InputFile.unreadable(query.file(), failure));
    }
}
