package io.github.reactorudf.transport;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks for an answer instead of sleeping until it comes, for to be woken takes longer than to answer a small batch.
 *
 * <p>Only if the last answer came within the limit, and never for longer, so that one in vain is followed by none; and
 * on half of the processors at most, for those who answer need some too. The event loop serves its other channels
 * meanwhile. Confined to the event loop.
 */
final class BusyWait {

    private static final AtomicInteger PLACES =
            new AtomicInteger(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private final EventLoop loop;
    private final long limit;
    private final Runnable look = this::look;

    private long begun;
    private long lastAnswer;
    private boolean expecting;
    private boolean looking;
    private boolean scheduled;

    /** @param limit zero: never */
    BusyWait(EventLoop loop, Duration limit) {
        this.loop = loop;
        this.limit = limit.toNanos();
    }

    /** What was sent is to be answered. */
    void begin() {
        expecting = true;
        begun = System.nanoTime();
        if (!looking && limit > 0 && lastAnswer <= limit && takePlace()) {
            looking = true;
            lookAgain();
        }
    }

    /** An answer came, or none will. */
    void end() {
        if (expecting) {
            expecting = false;
            lastAnswer = System.nanoTime() - begun;
            stopLooking();
        }
    }

    /** There is no hurry for the answer. */
    void giveUp() {
        expecting = false;
        stopLooking();
    }

    private void look() {
        scheduled = false;
        if (System.nanoTime() - begun < limit) {
            lookAgain();
        } else {
            stopLooking();
        }
    }

    /** After the event loop has looked what its channels have, which it does before scheduled tasks. */
    private void lookAgain() {
        if (looking && !scheduled) {
            scheduled = true;
            var unused = loop.schedule(look, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void stopLooking() {
        if (looking) {
            looking = false;
            PLACES.incrementAndGet();
        }
    }

    private static boolean takePlace() {
        return PLACES.getAndUpdate(free -> Math.max(0, free - 1)) > 0;
    }
}
