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
    private long keptBatches;
    private long keptBytes;
    private boolean asking;
    private boolean waiting;

    InputCredit(Credit window, long maxHeldBytes) {
        this.batches = window.batches();
        this.bytes = window.bytes();
        this.maxHeldBytes = maxHeldBytes;
    }

    /** Whether upstream is to be asked for a batch now; if so, it counts as asked until it is spent or kept. */
    synchronized boolean ask() {
        if (!mayAsk()) {
            return false;
        }
        asking = true;
        return true;
    }

    synchronized boolean mayAsk() {
        return !asking && batches > keptBatches && bytes > keptBytes && heldBytes < maxHeldBytes;
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

    /** Whether upstream was asked, or is to be. */
    synchronized boolean expects() {
        return asking || mayAsk();
    }

    /** A batch came that is sent later, and will cost about {@code payloadBytes}; {@code held} stay here. */
    synchronized void keep(long payloadBytes, long held) {
        asking = false;
        keptBatches++;
        keptBytes += payloadBytes;
        heldBytes += held;
    }

    /** Whether a unit of batches that were kept may be sent: no more are kept than were granted. */
    synchronized boolean maySendKept() {
        return bytes > 0;
    }

    /** Batches that were kept, at {@code reckonedBytes} in all, were sent. */
    synchronized void spendKept(int kept, long reckonedBytes, long payloadBytes) {
        keptBatches -= kept;
        keptBytes -= reckonedBytes;
        batches -= kept;
        bytes -= payloadBytes;
        unconsumedBatches += kept;
        waiting = false;
    }

    /** The worker consumed and grants anew. */
    synchronized void grant(Credit credit, boolean workerWaits) {
        batches = add(batches, credit.batches());
        bytes = add(bytes, credit.bytes());
        unconsumedBatches -= credit.batches();
        waiting = workerWaits;
    }

    synchronized void releaseHeld(long held) {
        heldBytes -= held;
    }

    /** Whether user code took all that was sent, waits for more, and the bound on held columns forbids it (rule D7). */
    synchronized boolean stuck() {
        return waiting && unconsumedBatches <= 0 && heldBytes >= maxHeldBytes && !asking && keptBatches == 0;
    }

    /** Whether user code took all that was sent and waits for more. */
    synchronized boolean waiting() {
        return waiting && unconsumedBatches <= 0;
    }

    /** Whether {@link #waiting}, and upstream was asked. */
    synchronized boolean waitsForUpstream() {
        return waiting() && asking;
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    /** The sum, which stays below zero where a grant is less than what a large batch took. */
    private static long add(long left, long granted) {
        return left > Long.MAX_VALUE - granted ? Long.MAX_VALUE : left + granted;
    }
}
