package io.github.reactorudf;

import java.util.List;

/** The result of several batches that were sent as one, cut at their borders as it is taken. */
final class DividedResult implements AutoCloseable {

    private final RecordBatch whole;
    private final List<Integer> rows;

    private int taken;
    private int start;

    /**
     * Takes over {@code whole}.
     *
     * @param rows the row counts of the batches, whose sum is that of {@code whole}
     */
    DividedResult(RecordBatch whole, List<Integer> rows) {
        this.whole = whole;
        this.rows = rows;
    }

    /** The next batch's; the caller's. */
    RecordBatch next() {
        int length = rows.get(taken++);
        RecordBatch next = whole.slice(start, length);
        start += length;
        return next;
    }

    boolean isEmpty() {
        return taken == rows.size();
    }

    @Override
    public void close() {
        whole.close();
    }
}
