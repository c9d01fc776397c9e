package io.github.reactorudf.transport;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks for an answer instead of sleeping until it comes. To be woken takes longer than to answer a small batch, and to
 * wake a processor that sleeps takes time of the one that answers.
 *
 * <p>Only if the last answer came within the limit, and never for longer, so that one in vain is followed by none; and
 * only while no more are expected than half of the processors can look for, since whoever answers needs one too. The
 * event loop serves its other channels meanwhile, and yields: whoever answers may have been put on the same processor.
 * Confined to the event loop.
 */
final class BusyWait {

    private static final int MOST_EXPECTED = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private static final AtomicInteger EXPECTED = new AtomicInteger();

    private final EventLoop loop;
    private final long limit;
    private final Runnable look = this::look;

    private long begun;
    private long lastAnswer;
    private boolean expecting;
    private boolean scheduled;

    /** @param limit zero: never */
    BusyWait(EventLoop loop, Duration limit) {
        this.loop = loop;
        this.limit = limit.toNanos();
    }

    /** Something was sent that is to be answered. Idempotent. */
    void begin() {
        if (!expecting) {
            expecting = true;
            EXPECTED.incrementAndGet();
            begun = System.nanoTime();
            if (lastAnswer <= limit) {
                lookAgain();
            }
        }
    }

    /** An answer came, or none will. Idempotent. */
    void end() {
        if (expecting) {
            expecting = false;
            EXPECTED.decrementAndGet();
            lastAnswer = System.nanoTime() - begun;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it but speed.
    private void look() {
        scheduled = false;
        if (expecting && System.nanoTime() - begun < limit) {
            Thread.yield();
            lookAgain();
        }
    }

    /** After the event loop has looked what its channels have, which it does before scheduled tasks. */
    private void lookAgain() {
        if (limit > 0 && !scheduled && EXPECTED.get() <= MOST_EXPECTED) {
            scheduled = true;
            var unused = loop.schedule(look, 0, TimeUnit.NANOSECONDS);
        }
    }
}
