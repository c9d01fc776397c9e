package io.github.reactorudf;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * The way out of a {@link ParallelEvaluation}: hands the lanes' results downstream, one by one, as they are due. A
 * queue-drain, on the thread that a lane delivers on; what comes from elsewhere is moved to such a one.
 */
final class ParallelOutput {

    private final ParallelEvaluation evaluation;
    private final Scheduler.@Nullable Worker publisher;

    /** Whose result is next: a lane for each batch that was given or, where order is not kept, for each result. */
    private final Queue<Lane> due = new ConcurrentLinkedQueue<>();

    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private volatile @Nullable EventLoop loop;
    private volatile boolean cancelled;
    private boolean terminated;
    private boolean waits;

    ParallelOutput(ParallelEvaluation evaluation, @Nullable Scheduler scheduler) {
        this.evaluation = evaluation;
        this.publisher = scheduler == null ? null : scheduler.createWorker();
    }

    void deliverOn(EventLoop eventLoop) {
        loop = eventLoop;
    }

    /** The lane's next result, or its error, is next in turn. */
    void due(Lane lane) {
        due.add(lane);
    }

    void request(long n) {
        requested.getAndUpdate(current -> Operators.addCap(current, n));
        drainElsewhere();
    }

    /** A failure, at once; the first counts. Any thread. */
    void fail(Throwable error) {
        if (failure.compareAndSet(null, error)) {
            drainElsewhere();
        }
    }

    void cancel() {
        cancelled = true;
        drain();
    }

    /** Any thread. */
    void drainElsewhere() {
        EventLoop eventLoop = loop;
        try {
            if (publisher != null && !publisher.isDisposed()) {
                publisher.schedule(this::drain);
            } else if (eventLoop != null && !eventLoop.inEventLoop()) {
                eventLoop.execute(this::drain);
            } else {
                drain();
            }
        } catch (RejectedExecutionException e) {
            failure.compareAndSet(null, e);
            drain();
        }
    }

    /** On a thread that downstream may be signalled on. */
    void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            while (!terminated && !cancelled && deliver()) {
                // The next one.
            }
            if (terminated || cancelled) {
                clear();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Gives one signal downstream, if there is one to give. */
    private boolean deliver() {
        Throwable failed = failure.get();
        if (failed != null) {
            return terminate(failed);
        }
        boolean ended = evaluation.allDone();
        Lane next = due.peek();
        if (next == null) {
            return ended && terminate(null);
        }
        if (next.hasResult()) {
            if (requested.get() == 0) {
                waitForDownstream(ended);
                return false;
            }
            due.remove();
            if (requested.get() != Long.MAX_VALUE) {
                requested.decrementAndGet();
            }
            evaluation.actual.onNext(next.take());
            return true;
        }
        Throwable error = next.error();
        return error != null && !next.hasResult() && terminate(error);
    }

    private void waitForDownstream(boolean ended) {
        if (ended && !waits) {
            waits = true;
            evaluation.waitsForDownstream();
        }
    }

    private boolean terminate(@Nullable Throwable error) {
        terminated = true;
        evaluation.stop();
        if (error == null) {
            evaluation.actual.onComplete();
        } else {
            evaluation.actual.onError(error);
        }
        return false;
    }

    private void clear() {
        due.clear();
        evaluation.clear();
        if (publisher != null) {
            publisher.dispose();
        }
    }
}
