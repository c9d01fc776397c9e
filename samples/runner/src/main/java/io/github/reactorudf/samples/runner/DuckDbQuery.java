package io.github.reactorudf.samples.runner;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A query whose result is the rows of a file.
 *
 * @param file for messages
 * @param restore makes of the schema that DuckDB exports one of the same buffers that says more
 * @param scanned what the query reads as {@link ArrowScan#NAME}, or null if it reads the file itself
 */
record DuckDbQuery(
        Path file,
        String sql,
        UnaryOperator<Schema> restore,
        @Nullable Source scanned) {

    DuckDbQuery(Path file, String sql, UnaryOperator<Schema> restore) {
        this(file, sql, restore, null);
    }

    /** The rows of {@code source}, under its types wherever DuckDB keeps their buffers. */
    static DuckDbQuery over(Path file, Source source) {
        Schema schema = source.schema();
        return new DuckDbQuery(
                file,
                "SELECT * FROM " + ArrowScan.NAME,
                exported -> ArrowTypes.restoreSorted(exported, schema),
                source);
    }

    /** The same columns without rows. */
    DuckDbQuery columns() {
        return new DuckDbQuery(file, sql + " LIMIT 0", restore, scanned);
    }

    /** The same rows in another order; {@code schema} is that of the result. */
    DuckDbQuery sorted(Sorting sorting, Schema schema) {
        return new DuckDbQuery(file, sorting.apply(sql, schema, file), restore, scanned);
    }

    /** Starts it on a connection of its own, which closing the reader closes. */
    DuckDbReader open(int batchRows, BufferAllocator allocator) throws SQLException {
        return DuckDbReader.open(this, batchRows, allocator);
    }
}
