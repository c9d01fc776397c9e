package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** Writes a stream of batches to a file. */
interface Sink {

    /**
     * Subscribes to {@code batches}, closes each of them, and returns how many rows were written once the file is
     * complete. Blocks. What is left of the file after a failure is the caller's to remove.
     */
    long write(Flux<RecordBatch> batches, Schema schema, Path file) throws IOException, SQLException;
}
