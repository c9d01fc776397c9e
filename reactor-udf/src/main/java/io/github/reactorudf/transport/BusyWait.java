package io.github.reactorudf.transport;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Looks for an answer instead of sleeping until it comes. To be woken takes longer than to answer a small batch, and to
 * wake a processor that sleeps takes time of the one that answers.
 *
 * <p>Never for longer than the limit, and after looking in vain not for the next answer, then the next two, four and at
 * most 64, until one comes in time: one that is slept for comes late because it is, so that would never end by itself.
 * And only while no more are expected than half of the processors can look for, since whoever answers needs one too.
 * The event loop serves its other channels meanwhile, and yields: whoever answers may have been put on the same
 * processor. Confined to the event loop.
 */
final class BusyWait {

    private static final int MOST_EXPECTED = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private static final int LONGEST_PAUSE = 64;

    private static final AtomicInteger EXPECTED = new AtomicInteger();

    private final EventLoop loop;
    private final long limit;
    private final LongSupplier nanoTime;
    private final Runnable look = this::look;

    private long begun;
    private int pause;
    private int nextPause = 1;
    private boolean expecting;
    private boolean scheduled;

    /** @param limit zero: never */
    BusyWait(EventLoop loop, Duration limit) {
        this(loop, limit, System::nanoTime);
    }

    BusyWait(EventLoop loop, Duration limit, LongSupplier nanoTime) {
        this.loop = loop;
        this.limit = limit.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Something was sent that is to be answered. Idempotent. */
    void begin() {
        if (!expecting) {
            expecting = true;
            EXPECTED.incrementAndGet();
            begun = nanoTime.getAsLong();
            if (pause == 0) {
                lookAgain();
            }
        }
    }

    /** An answer came, or none will. Idempotent. */
    void end() {
        if (expecting) {
            expecting = false;
            EXPECTED.decrementAndGet();
            pauseAfter(nanoTime.getAsLong() - begun);
        }
    }

    private void pauseAfter(long nanos) {
        if (nanos <= limit) {
            pause = 0;
            nextPause = 1;
        } else if (pause > 0) {
            pause--;
        } else {
            pause = nextPause;
            nextPause = Math.min(2 * nextPause, LONGEST_PAUSE);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it but speed.
    private void look() {
        scheduled = false;
        if (expecting && nanoTime.getAsLong() - begun < limit) {
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
