package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.apache.arrow.memory.BufferAllocator;

/** A file to read, and the order in which its rows are wanted. */
record InputFile(Path path, FileFormat format, Sorting sorting) {

    /** Opens it far enough to know its schema; {@code allocator} then holds the batches of each subscription. */
    Source open(int batchRows, BufferAllocator allocator) throws IOException, SQLException {
        return switch (format) {
            case PARQUET -> DuckDbSource.parquet(this, batchRows, allocator);
            case CSV -> DuckDbSource.csv(this, ",", batchRows, allocator);
            case TSV -> DuckDbSource.csv(this, "\t", batchRows, allocator);
            case ARROW -> {
                ArrowFileSource file = new ArrowFileSource(path, batchRows, allocator);
                yield sorting.isNone() ? file : DuckDbSource.arrow(this, file, batchRows, allocator);
            }
        };
    }

    /** What a read failed with, naming the file. */
    static IOException unreadable(Path file, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        // All that DuckDB's driver tells of a result that ends in a failure on the way.
        String reason = message.endsWith("Invalid result set")
                ? "the file is damaged, or memory or disk do not do for sorting it"
                : message.replaceFirst("^Cannot read from the Arrow reader: ", "");
        return new IOException(
                reason.startsWith("cannot read ") ? reason : "cannot read " + file + ": " + reason, failure);
    }
}
