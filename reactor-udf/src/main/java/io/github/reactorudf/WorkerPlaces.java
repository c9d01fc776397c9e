package io.github.reactorudf;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts who has a worker or waits for one, so that an evaluation knows before it asks the pool whether it would wait.
 *
 * <p>An evaluation that others, downstream of it, already hold workers for must not wait: those whom it would wait for
 * may themselves wait for one like it. It takes a worker only if one is free at once, else one beyond the maximum, of
 * which there are as many again; else there is no place for it.
 */
final class WorkerPlaces {

    private final int maximum;
    private final int waiting;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger beyond = new AtomicInteger();

    /** @param waiting how many may wait */
    WorkerPlaces(int maximum, int waiting) {
        this.maximum = maximum;
        this.waiting = waiting;
    }

    /** A place in the order of asking, perhaps behind others; null if too many wait already. */
    @Nullable
    Place queue() {
        return place(taken, (long) maximum + waiting);
    }

    /** A place of a worker that is free; null if there is none. */
    @Nullable
    Place free() {
        return place(taken, maximum);
    }

    /** A place that need not wait; null if there is none. */
    @Nullable
    Place chain() {
        Place free = free();
        return free == null ? place(beyond, maximum) : free;
    }

    /** Whether {@link #free} would give a place now. */
    boolean anyFree() {
        return taken.get() < maximum;
    }

    /** How many wait now. */
    int waiting() {
        return Math.max(0, taken.get() - maximum);
    }

    private @Nullable Place place(AtomicInteger count, long limit) {
        int before = count.getAndUpdate(current -> current < limit ? current + 1 : current);
        return before < limit ? new Place(count) : null;
    }

    /** One place, from when a worker is asked for until it is given back. */
    final class Place {

        private final AtomicInteger count;
        private final AtomicBoolean settled = new AtomicBoolean();
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(AtomicInteger count) {
            this.count = count;
        }

        boolean isBeyond() {
            return count == beyond;
        }

        /** The worker came: only {@link #leave} gives up the place now. */
        void settle() {
            settled.set(true);
        }

        /** Whoever waited here gave up, unless the worker came first. */
        void abandon() {
            if (settled.compareAndSet(false, true)) {
                leave();
            }
        }

        /** The worker was given back, or won't come. Idempotent. */
        void leave() {
            if (left.compareAndSet(false, true)) {
                count.decrementAndGet();
            }
        }
    }
}
