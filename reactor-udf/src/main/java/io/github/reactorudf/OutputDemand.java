package io.github.reactorudf;

import io.github.reactorudf.protocol.Credit;
import reactor.core.publisher.Operators;

/**
 * What an evaluation's subscriber asked for, and how much of it the worker was granted (rule D6): never more batches
 * than were asked for and have not been delivered, never more than the window at once.
 *
 * <p>Shared by the requesting thread, the event loop and the delivering thread, hence the lock.
 */
final class OutputDemand {

    private static final Credit NOTHING = new Credit(0, 0);

    private final Credit window;

    private boolean opened;
    private long requested;
    private long granted;
    private long grantedBytes;
    private long received;
    private long receivedBytes;
    private boolean withinUnit;
    private long delivered;
    private long deliveredBytes;
    private long settled;

    OutputDemand(Credit window) {
        this.window = window;
    }

    synchronized void request(long n) {
        requested = Operators.addCap(requested, n);
    }

    /** The credit that an evaluation opens with; bytes are granted from the start. */
    synchronized Credit open() {
        opened = true;
        granted = Math.min(requested, window.batches());
        grantedBytes = window.bytes();
        return new Credit(granted, grantedBytes);
    }

    /**
     * A frame of a unit came in; false if the unit was not granted, in batches or in bytes.
     *
     * @param batches of the unit that the frame completes; 0 if it doesn't
     */
    synchronized boolean receive(long bytes, int batches) {
        boolean allowed = withinUnit || (received < granted && receivedBytes < grantedBytes);
        withinUnit = batches == 0;
        received += batches;
        receivedBytes += bytes;
        return allowed;
    }

    /** Whether the worker may start a unit. */
    synchronized boolean credited() {
        return received < granted && receivedBytes < grantedBytes;
    }

    /** A batch is about to be handed downstream. */
    synchronized void deliver(long bytes) {
        delivered++;
        deliveredBytes += bytes;
    }

    /** Whether a batch may be handed downstream. */
    synchronized boolean demanded() {
        return delivered < requested;
    }

    /** A batch was handed downstream, and what was held for it is released. */
    synchronized void settle() {
        settled++;
    }

    /** Whether nothing that came in waits to be delivered, or is being delivered. */
    synchronized boolean allSettled() {
        return settled == received;
    }

    /**
     * What to grant now: at half a window of either dimension, or when the worker could not send; else, and before
     * {@link #open}, nothing.
     */
    synchronized Credit grant() {
        if (!opened) {
            return NOTHING;
        }
        long batches = Math.min(requested, delivered + window.batches()) - granted;
        long bytes = deliveredBytes + window.bytes() - grantedBytes;
        boolean due = batches * 2 >= window.batches() || bytes * 2 >= window.bytes();
        boolean spent = received >= granted || receivedBytes >= grantedBytes;
        if ((batches <= 0 && bytes <= 0) || !(due || spent)) {
            return NOTHING;
        }
        granted += batches;
        grantedBytes += bytes;
        return new Credit(batches, bytes);
    }
}
