package io.github.reactorudf;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A subscription that survives its workers: when one is lost, the batches that it had not answered, and those that
 * follow, are evaluated on another. Each output of a row-aligned evaluation answers the oldest batch, so none is lost,
 * doubled or out of order.
 */
final class ReplayedEvaluation implements CoreSubscriber<RecordBatch>, Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(BatchTransform.class);

    private final EvaluationFlux flux;
    private final @Nullable Deadline deadline;
    private final CoreSubscriber<? super RecordBatch> actual;
    private final ReplaySource source;

    private int replaysLeft;
    private @Nullable Evaluation attempt;
    private long outstanding;
    private boolean cancelled;

    ReplayedEvaluation(EvaluationFlux flux, @Nullable Deadline deadline, CoreSubscriber<? super RecordBatch> actual) {
        this.flux = flux;
        this.deadline = deadline;
        this.actual = actual;
        this.source = new ReplaySource(flux.source, this::upstreamFailed);
        this.replaysLeft = flux.options.get(EvaluationOptions.REPLAYS);
    }

    void start() {
        Evaluation first = next();
        actual.onSubscribe(this);
        first.start();
    }

    private Evaluation next() {
        Evaluation next = new Evaluation(flux, attempt(source.answered()), this);
        long demand;
        boolean ended;
        synchronized (this) {
            attempt = next;
            demand = outstanding;
            ended = cancelled;
        }
        if (ended) {
            next.cancel();
        } else if (demand > 0) {
            next.request(demand);
        }
        return next;
    }

    private Attempt attempt(long answered) {
        return new Attempt(
                source,
                deadline,
                flux.worker(actual.currentContext()),
                batch -> batch + answered,
                prepared -> requireReplayable(prepared.trips().get(0)),
                () -> {});
    }

    private void requireReplayable(Trip trip) {
        if (!trip.rowAligned()) {
            throw new UdfException("replayOnWorkerLoss needs one result row for each input row, which tells what was"
                    + " answered; " + flux.functions() + " gives batches of its own: leave replayOnWorkerLoss out");
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        throw new UnsupportedOperationException("attempts are held as what they are");
    }

    @Override
    public void onNext(RecordBatch batch) {
        source.answer();
        synchronized (this) {
            if (outstanding != Long.MAX_VALUE) {
                outstanding--;
            }
        }
        actual.onNext(batch);
    }

    @Override
    public void onError(Throwable error) {
        // A source that is an evaluation itself may have lost a worker too: that one is not ours to replace.
        if (!(error instanceof WorkerLostException) || source.failure() != null || replaysLeft == 0) {
            source.close();
            actual.onError(error);
            return;
        }
        replaysLeft--;
        LOG.warn(
                "{}; what it gave no result for (batches: {}) is evaluated again on another worker",
                error.getMessage(),
                source.unanswered());
        Evaluation next = next();
        Throwable failure = source.failure();
        if (failure == null) {
            next.start();
        } else {
            next.fail(failure);
        }
    }

    @Override
    public void onComplete() {
        source.close();
        actual.onComplete();
    }

    private void upstreamFailed(Throwable error) {
        Evaluation current;
        synchronized (this) {
            current = attempt;
        }
        if (current != null) {
            current.fail(error);
        }
    }

    @Override
    public void request(long n) {
        Evaluation current;
        synchronized (this) {
            if (n > 0) {
                outstanding = Operators.addCap(outstanding, n);
            }
            current = attempt;
        }
        if (current != null) {
            current.request(n);
        }
    }

    @Override
    public void cancel() {
        Evaluation current;
        synchronized (this) {
            cancelled = true;
            current = attempt;
        }
        if (current != null) {
            current.cancel();
        }
        source.close();
    }
}
