package io.github.reactorudf;

import io.github.reactorudf.transport.WorkerConnection;
import io.github.reactorudf.worker.Supervisor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRef;

/**
 * A worker taken from the pool by one evaluation, until it is given back by exactly one of the methods. On the event
 * loop.
 */
final class WorkerLease {

    private static final Duration SIGNALS = Duration.ofSeconds(2);
    private static final Duration AFTER_KILL = Duration.ofSeconds(1);

    private final PooledRef<Worker> ref;
    private final WorkerPlaces.Place place;
    private final List<Future<?>> deadlines = new ArrayList<>();

    WorkerLease(PooledRef<Worker> ref, WorkerPlaces.Place place) {
        this.ref = ref;
        this.place = place;
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
        ref.release().doFinally(signal -> place.leave()).subscribe();
    }

    /** The worker is gone, or on its way. */
    void invalidate() {
        cancelDeadlines();
        ref.invalidate().doFinally(signal -> place.leave()).subscribe();
    }

    /** Ends the worker, whatever it does. */
    void kill() {
        worker().supervisor().kill(connection().pid());
        invalidate();
    }

    /**
     * Sees to it that a cancelled evaluation ends: after {@code grace} signals raise in user code if it still runs this
     * evaluation; two seconds later the process is killed, with all that it started; and a second later it is given up,
     * whatever is heard of it.
     */
    void stopWithin(long evaluation, Duration grace) {
        Supervisor supervisor = worker().supervisor();
        int pid = connection().pid();
        Duration kill = grace.plus(SIGNALS);
        deadlines.add(after(grace, () -> supervisor.cancel(pid, evaluation)));
        deadlines.add(after(kill, () -> supervisor.kill(pid)));
        // The end of the connection gives the lease back.
        deadlines.add(after(kill.plus(AFTER_KILL), connection()::close));
    }

    /** Where the worker's Python is; empty if that is not to be had within a second. Delivers on the event loop. */
    Mono<String> stack() {
        return worker().stack();
    }

    private Future<?> after(Duration delay, Runnable task) {
        return connection().eventLoop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancelDeadlines() {
        deadlines.forEach(deadline -> deadline.cancel(false));
    }
}
