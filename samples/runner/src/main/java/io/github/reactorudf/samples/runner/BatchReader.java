package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A stream of batches as an Arrow reader, for DuckDB to pull from on a thread of its own, under types that DuckDB
 * keeps.
 *
 * <p>Closes every batch it is given; closing the reader cancels the stream. What DuckDB reports of a failed pull is a
 * text, so the failure itself is kept.
 */
final class BatchReader extends ArrowReader {

    private final Schema shown;
    private final BatchQueue queue = new BatchQueue();
    private volatile @Nullable Throwable failure;
    private final AtomicLong rows = new AtomicLong();

    /**
     * Subscribes to {@code batches}.
     *
     * @param shown the schema to give them, of the same buffers, where categories have their values' type
     */
    BatchReader(Flux<RecordBatch> batches, Schema shown, BufferAllocator allocator) {
        super(allocator);
        this.shown = shown;
        batches.subscribe(queue);
    }

    /** What ended the stream, or null if nothing went wrong. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** How many rows have been read. */
    long rows() {
        return rows.get();
    }

    @Override
    protected Schema readSchema() {
        return shown;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        try {
            prepareLoadNextBatch();
            Optional<RecordBatch> next = queue.take();
            if (next.isEmpty()) {
                return false;
            }
            try (RecordBatch batch = next.get();
                    Categories.Decoded columns = Categories.decode(batch, allocator)) {
                // Not closed: its vectors have owners, and the unloader takes references of its own.
                VectorSchemaRoot root = new VectorSchemaRoot(shown, columns.vectors(), batch.rowCount());
                loadRecordBatch(new VectorUnloader(root).getRecordBatch());
                rows.addAndGet(batch.rowCount());
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
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
