package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/** Writes batches to a Parquet file by DuckDB, in their order. */
final class ParquetSink implements Sink {

    private final Schema declared;
    private final BufferAllocator allocator;

    /**
     * For an output whose first columns are those of an input file, in their order.
     *
     * @param declared the input's schema as its writer declared it, or one without columns for any other output
     */
    ParquetSink(Schema declared, BufferAllocator allocator) {
        this.declared = declared;
        this.allocator = allocator;
    }

    @Override
    public long write(Flux<RecordBatch> batches, Schema schema, Path file) throws SQLException {
        Categories.check(schema);
        try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
                BatchReader reader = new BatchReader(batches, schema, allocator)) {
            Data.exportArrayStream(allocator, reader, stream);
            try (DuckDBConnection connection = DuckDb.connect();
                    Statement statement = connection.createStatement()) {
                connection.registerArrowStream("result", stream);
                statement.execute("COPY (SELECT * FROM result) TO " + DuckDb.literal(file) + options(schema));
            } catch (SQLException e) {
                Throwable cause = reader.failure();
                if (cause != null) {
                    throw Exceptions.propagate(cause);
                }
                throw new SQLException("DuckDB cannot write the result as Parquet: " + e.getMessage(), e);
            }
            return reader.rows();
        }
    }

    private String options(Schema schema) {
        String options = " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {"
                + DuckDb.literal(ParquetFooter.ARROW_SCHEMA) + ": " + DuckDb.literal(stored(schema)) + "}";
        // DuckDB's dictionaries compare floats as numbers: of 0.0 and -0.0, or of two NaNs, the first would stand for
        // both.
        boolean floats = schema.getFields().stream().anyMatch(ArrowTypes::hasFloats);
        return options + (floats ? ", DICTIONARY_SIZE_LIMIT 0)" : ")");
    }

    private String stored(Schema schema) {
        List<Field> inputs = declared.getFields();
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < schema.getFields().size(); i++) {
            fields.add(ArrowTypes.stored(schema.getFields().get(i), i < inputs.size() ? inputs.get(i) : null));
        }
        // Among the metadata is what pandas notes of its own types and of its index.
        Schema stored = new Schema(fields, declared.getCustomMetadata());
        return Base64.getEncoder().encodeToString(stored.serializeAsMessage());
    }
}
