package io.github.reactorudf;

import io.github.reactorudf.transport.WorkerConnection;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.pool.PooledRef;

/**
 * A worker taken from the pool by one evaluation, until it is given back by exactly one of the methods. On the event
 * loop.
 */
final class WorkerLease {

    private static final Duration AFTER_SIGNAL = Duration.ofSeconds(2);

    private final PooledRef<Worker> ref;
    private final List<Future<?>> deadlines = new ArrayList<>();

    WorkerLease(PooledRef<Worker> ref) {
        this.ref = ref;
    }

    Worker worker() {
        return ref.poolable();
    }

    WorkerConnection connection() {
        return worker().connection();
    }

    /** The evaluation ended and left nothing behind: the next one may have the worker. */
    void release() {
        cancelDeadlines();
        ref.release().subscribe();
    }

    /** The worker is gone, or on its way. */
    void invalidate() {
        cancelDeadlines();
        ref.invalidate().subscribe();
    }

    /** Ends the worker, whatever it does. */
    void kill() {
        worker().supervisor().kill(connection().pid());
        invalidate();
    }

    /**
     * Sees to it that a cancelled evaluation ends: after {@code grace} a signal raises in user code if it still runs
     * this evaluation; two seconds later the process is killed.
     */
    void stopWithin(long evaluation, Duration grace) {
        deadlines.add(
                after(grace, () -> worker().supervisor().cancel(connection().pid(), evaluation)));
        deadlines.add(after(grace.plus(AFTER_SIGNAL), () -> worker().supervisor()
                .kill(connection().pid())));
    }

    private Future<?> after(Duration delay, Runnable task) {
        return connection().eventLoop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancelDeadlines() {
        deadlines.forEach(deadline -> deadline.cancel(false));
    }
}
