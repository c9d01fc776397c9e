package io.github.reactorudf;

import java.util.HashMap;
import java.util.Map;

/**
 * Which batches of a stream one lane was given: the index in the stream of each that may still be asked about, which
 * are those without a result and the last ones given. Thread-safe.
 */
final class PartIndexes {

    private final Map<Long, Long> indexes = new HashMap<>();
    private final long recent;

    private long given;
    private long answered;
    private long forgotten;
    private boolean rowAligned = true;

    /** @param window how many batches may be under way; user code is at none before these */
    PartIndexes(long window) {
        // The one that user code is at, and the one that it asked for last.
        this.recent = window + 2;
    }

    /** Results do not answer batches: what a result is of is not asked. */
    synchronized void unaligned() {
        rowAligned = false;
    }

    synchronized void given(long index) {
        indexes.put(given++, index);
        while (forgotten < given - recent && (forgotten < answered || !rowAligned)) {
            indexes.remove(forgotten++);
        }
    }

    /** There is a result for the oldest batch that had none. */
    synchronized void answered() {
        answered++;
    }

    synchronized boolean anyGiven() {
        return given > 0;
    }

    /** Whether batches were given that have no result. */
    synchronized boolean unanswered() {
        return answered < given;
    }

    /** How many batches were given that have no result; 0 where results do not answer batches. */
    synchronized long underWay() {
        return rowAligned ? given - answered : 0;
    }

    /**
     * The index in the stream of the lane's batch of that index.
     *
     * @throws ProtocolException if the lane is not at that batch
     */
    synchronized long of(long batch) {
        Long index = indexes.get(batch);
        if (index == null) {
            throw new ProtocolException("the worker names batch " + batch + " of the " + given + " that it was given");
        }
        return index;
    }
}
