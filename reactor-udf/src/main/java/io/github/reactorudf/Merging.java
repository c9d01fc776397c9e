package io.github.reactorudf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiPredicate;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait to be sent, and when how many of them go out as one unit (rule P24): at once while fewer than two
 * units are unanswered, and else with the next answer, or once they come to half of the 1 MiB that a unit has at most.
 * So nothing waits for the sake of being merged.
 *
 * <p>Thread-safe: one thread adds and sends, another one answers.
 */
final class Merging {

    private static final int UNITS_AHEAD = 2;
    private static final long UNIT_BYTES = 1 << 20;

    /** A batch that waits, and the bytes that were reckoned for it. */
    record Waiting(RecordBatch batch, long bytes) {}

    private final BiPredicate<RecordBatch, RecordBatch> together;
    private final @Nullable IntSupplier sizes;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Queue<Integer> unanswered = new ArrayDeque<>();

    private long waitingBytes;
    private int answeredOfFirst;
    private int wanted;
    private boolean closed;

    /**
     * @param together whether two batches may be of one unit
     * @param sizes for tests: how many batches each unit has, whatever is unanswered
     */
    Merging(BiPredicate<RecordBatch, RecordBatch> together, @Nullable IntSupplier sizes) {
        this.together = together;
        this.sizes = sizes;
    }

    /** Takes over a batch. */
    void add(RecordBatch batch, long bytes) {
        synchronized (this) {
            if (!closed) {
                waiting.add(new Waiting(batch, bytes));
                waitingBytes += bytes;
                return;
            }
        }
        batch.close();
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether {@link #next} may give some now. */
    synchronized boolean mayHaveNext() {
        return !waiting.isEmpty() && (sizes != null || due());
    }

    /**
     * The batches to be sent now as a unit, the caller's; none if they are to wait.
     *
     * @param more whether further ones may come before an answer does
     */
    synchronized List<Waiting> next(boolean more) {
        if (waiting.isEmpty() || !(sizes == null ? due() : enough(sizes, more))) {
            return List.of();
        }
        List<Waiting> unit = new ArrayList<>();
        Waiting first = waiting.remove();
        unit.add(first);
        long bytes = first.bytes;
        long rows = first.batch.rowCount();
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            bytes += next.bytes;
            rows += next.batch.rowCount();
            boolean full = sizes == null ? bytes > UNIT_BYTES : unit.size() >= wanted;
            if (full || rows > Integer.MAX_VALUE || !together.test(first.batch, next.batch)) {
                break;
            }
            unit.add(waiting.remove());
        }
        waitingBytes -= unit.stream().mapToLong(Waiting::bytes).sum();
        wanted = 0;
        unanswered.add(unit.size());
        return unit;
    }

    private boolean due() {
        return unanswered.size() < UNITS_AHEAD || waitingBytes >= UNIT_BYTES / 2;
    }

    private boolean enough(IntSupplier drawn, boolean more) {
        if (wanted == 0) {
            wanted = drawn.getAsInt();
        }
        return !more || waiting.size() >= wanted;
    }

    /** Results of so many batches came. */
    synchronized void answered(int batches) {
        answeredOfFirst += batches;
        for (Integer first = unanswered.peek(); first != null && answeredOfFirst >= first; first = unanswered.peek()) {
            answeredOfFirst -= unanswered.remove();
        }
    }

    /** Closes what waits, and what comes from now on; idempotent. */
    void close() {
        List<Waiting> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(one -> one.batch.close());
    }
}
