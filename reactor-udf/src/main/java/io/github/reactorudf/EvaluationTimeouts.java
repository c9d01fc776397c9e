package io.github.reactorudf;

import io.github.reactorudf.BatchClock.Activity;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The time limits of one evaluation. The deadline's timer is the runtime's, since it runs before there is a worker;
 * everything else is on the event loop.
 */
final class EvaluationTimeouts {

    private static final Logger LOG = LoggerFactory.getLogger(BatchTransform.class);

    private final Evaluation evaluation;
    private final @Nullable Deadline deadline;
    private final @Nullable Duration batchTimeout;
    private final EvaluationOptions.@Nullable Idle idle;
    private final Duration prepareTimeout;
    private final Disposable.Swap deadlineTimer = Disposables.swap();

    private @Nullable BatchClock clock;
    private @Nullable Future<?> preparing;

    EvaluationTimeouts(Evaluation evaluation, @Nullable Deadline deadline) {
        EvaluationOptions options = evaluation.flux.options;
        this.evaluation = evaluation;
        this.deadline = deadline;
        this.batchTimeout = options.find(EvaluationOptions.BATCH_TIMEOUT);
        this.idle = options.find(EvaluationOptions.IDLE);
        this.prepareTimeout = evaluation.flux.runtime.prepareTimeout();
    }

    /** Whether the worker is to say what a clock must know (rule D8). */
    boolean clocked() {
        return batchTimeout != null || idle != null;
    }

    /** The deadline counts from now on; false if it has passed, which the evaluation was told. */
    boolean start() {
        Deadline set = deadline;
        if (set == null) {
            return true;
        }
        long left = set.left();
        if (left <= 0) {
            evaluation.missed(set);
            return false;
        }
        deadlineTimer.update(
                evaluation.flux.runtime.timer().schedule(() -> evaluation.missed(set), left, TimeUnit.NANOSECONDS));
        return true;
    }

    /** There is a worker; upstream is waited for. */
    void acquired(EventLoop loop) {
        if (clocked()) {
            clock = new BatchClock(loop, batchTimeout, idle == null ? null : idle.after(), this::hung, this::idled);
            now(Activity.IDLE);
        }
    }

    /** The worker is asked to prepare. */
    void preparing(EventLoop loop) {
        now(Activity.NONE);
        preparing = loop.schedule(
                () -> evaluation.timedOut(evaluation.functions() + " was not imported and prepared within "
                        + prepareTimeout.toMillis() + " ms (prepareTimeout)"),
                prepareTimeout.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** The worker has answered. */
    void prepared() {
        Future<?> timer = preparing;
        if (timer != null) {
            timer.cancel(false);
            preparing = null;
        }
    }

    void now(Activity activity) {
        BatchClock current = clock;
        if (current != null) {
            current.set(activity);
        }
    }

    /** User code gave or consumed a batch. */
    void progress() {
        BatchClock current = clock;
        if (current != null) {
            current.restart();
        }
    }

    /** The worker has nothing more to do in time, but the deadline holds. */
    void stopClocks() {
        prepared();
        BatchClock current = clock;
        if (current != null) {
            current.stop();
        }
    }

    /** Downstream has had its end. Any thread. */
    void stopDeadline() {
        deadlineTimer.dispose();
    }

    private void hung() {
        if (batchTimeout != null) {
            evaluation.timedOut(evaluation.functions() + " neither gave nor took a batch for " + batchTimeout.toMillis()
                    + " ms (batchTimeout)");
        }
    }

    private void idled() {
        if (idle == null) {
            return;
        }
        String what = "the evaluation of " + evaluation.functions() + " was idle for "
                + idle.after().toMillis() + " ms (idleTimeout), waiting for " + evaluation.waitsFor();
        if (idle.action() == IdleAction.FAIL) {
            evaluation.fail(new UdfTimeoutException(what, ""));
        } else {
            LOG.warn("{}; it goes on", what);
        }
    }
}
