package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/** Writes batches to a file by DuckDB, in their order. */
final class DuckDbSink implements Sink {

    private final String format;
    private final Function<Schema, String> options;
    private final BufferAllocator allocator;

    private DuckDbSink(String format, Function<Schema, String> options, BufferAllocator allocator) {
        this.format = format;
        this.options = options;
        this.allocator = allocator;
    }

    /**
     * A Parquet file, whose first columns are those of an input file, in their order.
     *
     * @param declared the input's schema as its writer declared it, or one without columns for any other output
     */
    static DuckDbSink parquet(Schema declared, BufferAllocator allocator) {
        return new DuckDbSink("Parquet", schema -> parquetOptions(schema, declared), allocator);
    }

    /** A CSV file with a header; {@code target}, the name it will have, says whether it is compressed. */
    static DuckDbSink csv(Path target, String delimiter, BufferAllocator allocator) {
        boolean compressed = target.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        String options = " (FORMAT csv, HEADER, DELIMITER " + DuckDb.literal(delimiter) + ", COMPRESSION "
                + (compressed ? "gzip" : "none") + ", USE_TMP_FILE false)";
        return new DuckDbSink("CSV", schema -> options, allocator);
    }

    @Override
    public long write(Flux<RecordBatch> batches, Schema schema, Path file) throws SQLException {
        Categories.check(schema, format);
        Schema storable =
                new Schema(schema.getFields().stream().map(ArrowTypes::storable).toList());
        try (ArrowScan scan = new ArrowScan(batches, storable, allocator)) {
            try (DuckDBConnection connection = DuckDb.connect();
                    Statement statement = connection.createStatement()) {
                scan.register(connection);
                statement.execute("COPY (SELECT * FROM " + ArrowScan.NAME + ") TO " + DuckDb.literal(file)
                        + options.apply(schema));
            } catch (SQLException e) {
                Throwable cause = scan.failure();
                if (cause != null) {
                    throw Exceptions.propagate(cause);
                }
                throw new SQLException("DuckDB cannot write the result as " + format + ": " + e.getMessage(), e);
            }
            return scan.rows();
        }
    }

    private static String parquetOptions(Schema schema, Schema declared) {
        String options = " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {"
                + DuckDb.literal(ParquetFooter.ARROW_SCHEMA) + ": " + DuckDb.literal(stored(schema, declared)) + "}";
        // DuckDB's dictionaries compare floats as numbers: of 0.0 and -0.0, or of two NaNs, the first would stand for
        // both.
        boolean floats = schema.getFields().stream().anyMatch(ArrowTypes::hasFloats);
        return options + (floats ? ", DICTIONARY_SIZE_LIMIT 0)" : ")");
    }

    private static String stored(Schema schema, Schema declared) {
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
