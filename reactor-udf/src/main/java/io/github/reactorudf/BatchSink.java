package io.github.reactorudf;

import java.io.IOException;

/**
 * Where batches are written, blocking, by one thread at a time; {@link #close()} without {@link #finish()} leaves
 * nothing behind.
 */
interface BatchSink extends AutoCloseable {
    /** Writes a batch, which stays the caller's. */
    void write(RecordBatch batch) throws IOException;

    /** Makes what was written last. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
