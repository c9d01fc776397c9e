package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A stream of batches as an Arrow reader, for DuckDB to pull from on a thread of its own.
 *
 * <p>Closes every batch it is given; closing the reader cancels the stream. What DuckDB reports of a failed pull is a text, so
 * the failure itself is kept.
 */
final class BatchReader extends ArrowReader {

    private final Schema schema;
    private final BatchQueue queue = new BatchQueue();
    private volatile @Nullable Throwable failure;
    private volatile long rows;

    /** Subscribes to {@code batches}, whose buffers are to be read under {@code schema}. */
    BatchReader(Flux<RecordBatch> batches, Schema schema, BufferAllocator allocator) {
        super(allocator);
        this.schema = schema;
        batches.subscribe(queue);
    }

    /** What ended the stream, or null if nothing went wrong. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** How many rows have been read. */
    long rows() {
        return rows;
    }

    @Override
    protected Schema readSchema() {
        return schema;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        try {
            prepareLoadNextBatch();
            Optional<RecordBatch> next = queue.take();
            if (next.isEmpty()) {
                return false;
            }
            try (RecordBatch batch = next.get()) {
                load(batch);
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private void load(RecordBatch batch) {
        // Not closed: the vectors are the batch's, and the unloader takes a reference of its own.
        VectorSchemaRoot root = new VectorSchemaRoot(batch.schema(), batch.columns(), batch.rowCount());
        loadRecordBatch(new VectorUnloader(root).getRecordBatch());
        rows = rows + batch.rowCount();
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        queue.close();
    }

    /** As {@link ArrowReader#close()}, which for this reader can't fail. */
    @Override
    public void close() {
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
