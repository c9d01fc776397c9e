package io.github.reactorudf;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells user code that hangs from an evaluation that waits for upstream or downstream: one limit holds while user code
 * runs, and starts anew with each batch; another holds while it does not. Confined to an event loop.
 *
 * <p>No timer is cancelled for a batch: the one that is set looks at the time when it fires, and is set again.
 */
final class BatchClock {

    /** What an evaluation is at. */
    enum Activity {
        /** Neither; no limit holds. */
        NONE,
        RUNNING,
        IDLE
    }

    /**
     * How long a limit must be passed until it counts, so that what came in while the loop, or the whole JVM, stood
     * still is seen first.
     */
    static final Duration CONFIRMATION = Duration.ofMillis(100);

    private final EventExecutor loop;
    private final @Nullable Duration batchTimeout;
    private final @Nullable Duration idleTimeout;
    private final Runnable onHung;
    private final Runnable onIdle;

    private Activity activity = Activity.NONE;
    private long since;
    private @Nullable Future<?> timer;
    private long timerAt;
    private boolean confirming;
    private boolean told;
    private boolean stopped;

    /**
     * @param onHung called once; the clock has stopped then
     * @param onIdle called once for each time of idleness
     */
    BatchClock(
            EventExecutor loop,
            @Nullable Duration batchTimeout,
            @Nullable Duration idleTimeout,
            Runnable onHung,
            Runnable onIdle) {
        this.loop = loop;
        this.batchTimeout = batchTimeout;
        this.idleTimeout = idleTimeout;
        this.onHung = onHung;
        this.onIdle = onIdle;
    }

    /** What the evaluation is at from now on; nothing changes if it was already. */
    void set(Activity now) {
        if (now != activity && !stopped) {
            activity = now;
            begin();
            Duration limit = limit();
            if (limit != null) {
                scheduleBy(since + limit.toNanos());
            }
        }
    }

    /** User code gave or consumed a batch. */
    void restart() {
        if (activity == Activity.RUNNING) {
            begin();
        }
    }

    /** Nothing is called from now on. */
    void stop() {
        stopped = true;
        cancelTimer();
    }

    private void begin() {
        since = now();
        told = false;
        confirming = false;
    }

    private @Nullable Duration limit() {
        return switch (activity) {
            case NONE -> null;
            case RUNNING -> batchTimeout;
            case IDLE -> told ? null : idleTimeout;
        };
    }

    /** Sees to it that the timer fires at that time at the latest. */
    private void scheduleBy(long at) {
        if (timer == null || timerAt - at > 0) {
            cancelTimer();
            timerAt = at;
            timer = loop.schedule(this::fired, Math.max(0, at - now()), TimeUnit.NANOSECONDS);
        }
    }

    private void fired() {
        timer = null;
        Duration limit = limit();
        if (limit == null) {
            return;
        }
        long end = since + limit.toNanos();
        if (now() - end < 0) {
            scheduleBy(end);
        } else if (!confirming) {
            confirming = true;
            scheduleBy(now() + CONFIRMATION.toNanos());
        } else {
            passed();
        }
    }

    private void passed() {
        if (activity == Activity.RUNNING) {
            stopped = true;
            onHung.run();
        } else {
            told = true;
            onIdle.run();
        }
    }

    private void cancelTimer() {
        Future<?> set = timer;
        if (set != null) {
            set.cancel(false);
            timer = null;
        }
    }

    private long now() {
        return loop.ticker().nanoTime();
    }
}
