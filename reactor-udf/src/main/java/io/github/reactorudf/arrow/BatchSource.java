package io.github.reactorudf.arrow;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Batches read one after another, blocking; one thread at a time. */
public interface BatchSource extends AutoCloseable {
    /** The next batch, the caller's; null at the end. */
    @Nullable
    DecodedBatch next() throws IOException;

    /** Gives up what is held open; the batches that were read stay. */
    @Override
    void close() throws IOException;
}
