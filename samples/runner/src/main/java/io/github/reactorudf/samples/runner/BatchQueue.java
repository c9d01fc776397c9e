package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;

/**
 * Takes batches out of a stream on a thread that may block. Has asked for two batches that have not been taken, so that
 * the stream works while its taker does, and never for more. Closing cancels the stream and closes what was not taken.
 */
final class BatchQueue extends BaseSubscriber<RecordBatch> implements AutoCloseable {

    private static final int AHEAD = 2;

    /** A batch, a failure, or the end of the stream as null. Demand bounds it. */
    private record Signal(
            @Nullable RecordBatch batch, @Nullable Throwable failure) {}

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /**
     * The next batch, the caller's to close; empty at the end of the stream. Throws what failed the stream, each time.
     */
    Optional<RecordBatch> take() throws InterruptedIOException {
        Signal signal;
        try {
            signal = signals.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a batch");
        }
        if (signal.batch() == null) {
            // DuckDB pulls again after a pull that failed: the end is there for whoever asks, however often.
            signals.add(signal);
        }
        if (signal.failure() != null) {
            throw Exceptions.propagate(signal.failure());
        }
        if (signal.batch() != null) {
            request(1);
        }
        return Optional.ofNullable(signal.batch());
    }

    @Override
    public void close() {
        cancel();
        closeUntaken();
        signals.add(new Signal(null, null));
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(AHEAD);
    }

    @Override
    protected void hookOnNext(RecordBatch batch) {
        signals.add(new Signal(batch, null));
        if (isDisposed()) {
            closeUntaken();
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        signals.add(new Signal(null, failure));
    }

    @Override
    protected void hookOnComplete() {
        signals.add(new Signal(null, null));
    }

    private void closeUntaken() {
        for (Signal signal = signals.poll(); signal != null; signal = signals.poll()) {
            if (signal.batch() != null) {
                signal.batch().close();
            }
        }
    }
}
