package io.github.reactorudf;

import io.github.reactorudf.protocol.Credit;

/**
 * How much of its input an evaluation may still send: the worker's grants (rule D2), and the bound on held columns
 * (rule D7).
 *
 * <p>The only state that the encoding thread and the event loop share, hence the lock; neither holds it for longer than
 * a few additions. Upstream is asked for one batch at a time, and only while one may be sent: so what was asked for and
 * has not come is never more than was granted, in either dimension.
 */
final class InputCredit {

    private final long maxHeldBytes;

    private long batches;
    private long bytes;
    private long heldBytes;
    private long unconsumedBatches;
    private boolean asking;
    private boolean waiting;

    InputCredit(Credit window, long maxHeldBytes) {
        this.batches = window.batches();
        this.bytes = window.bytes();
        this.maxHeldBytes = maxHeldBytes;
    }

    /** Whether upstream is to be asked for a batch now; if so, it counts as asked until {@link #spend}. */
    synchronized boolean ask() {
        if (!mayAsk()) {
            return false;
        }
        asking = true;
        return true;
    }

    synchronized boolean mayAsk() {
        return !asking && batches > 0 && bytes > 0 && heldBytes < maxHeldBytes;
    }

    /** A batch was sent: {@code payloadBytes} of it cross the wire and {@code held} stay here. */
    synchronized void spend(long payloadBytes, long held) {
        asking = false;
        batches--;
        bytes -= payloadBytes;
        heldBytes += held;
        unconsumedBatches++;
        waiting = false;
    }

    /** The worker consumed and grants anew. */
    synchronized void grant(Credit credit, boolean workerWaits) {
        batches += credit.batches();
        bytes += credit.bytes();
        unconsumedBatches -= credit.batches();
        waiting = workerWaits;
    }

    synchronized void releaseHeld(long held) {
        heldBytes -= held;
    }

    /** Whether user code took all that was sent, waits for more, and the bound on held columns forbids it (rule D7). */
    synchronized boolean stuck() {
        return waiting && unconsumedBatches <= 0 && heldBytes >= maxHeldBytes && !asking;
    }

    synchronized long heldBytes() {
        return heldBytes;
    }
}
