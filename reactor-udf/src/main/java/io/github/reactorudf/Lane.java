package io.github.reactorudf;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * One of the evaluations of a {@link ParallelEvaluation}: a part of the batches, on a worker of its own. Its results,
 * of which it never has more than a window, wait here for their turn.
 */
final class Lane implements CoreSubscriber<RecordBatch> {

    private final ParallelEvaluation whole;
    private final boolean first;
    private final PartIndexes indexes;
    private final long window;
    private final Queue<RecordBatch> results = new ConcurrentLinkedQueue<>();

    private volatile boolean done;
    private volatile @Nullable Throwable error;
    private volatile @Nullable Evaluation evaluation;

    /** @param first whether it is needed even if it is given no batch */
    Lane(ParallelEvaluation whole, boolean first, long window) {
        this.whole = whole;
        this.first = first;
        this.window = window;
        this.indexes = new PartIndexes(window);
    }

    void start(Evaluation started) {
        evaluation = started;
        started.request(window);
        started.start();
    }

    /** It is about to be given the batch of that index in the stream. */
    void given(long index) {
        indexes.given(index);
    }

    /** Whether the evaluation is not complete without it. */
    boolean participates() {
        return first || indexes.anyGiven();
    }

    PartIndexes indexes() {
        return indexes;
    }

    /** Whether user code took all that it was given, and waits for more. */
    boolean waits() {
        Evaluation current = evaluation;
        return current != null && current.waitsForInput();
    }

    /** Whether it has given all that it will. */
    boolean done() {
        return done;
    }

    @Nullable
    Throwable error() {
        return error;
    }

    boolean hasResult() {
        return !results.isEmpty();
    }

    /** The oldest of its results, in place of which there may be another one. */
    RecordBatch take() {
        RecordBatch result = Objects.requireNonNull(results.poll());
        Objects.requireNonNull(evaluation).request(1);
        return result;
    }

    void cancel() {
        Evaluation current = evaluation;
        if (current != null) {
            current.cancel();
        }
    }

    /** Releases what waits. */
    void clear() {
        for (RecordBatch batch = results.poll(); batch != null; batch = results.poll()) {
            batch.close();
        }
    }

    @Override
    public Context currentContext() {
        return whole.actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        throw new UnsupportedOperationException("evaluations are held as what they are");
    }

    @Override
    public void onNext(RecordBatch batch) {
        indexes.answered();
        results.add(batch);
        whole.gave(this);
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        done = true;
        whole.failed(this, failure);
    }

    @Override
    public void onComplete() {
        done = true;
        whole.completed();
    }
}
