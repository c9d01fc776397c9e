package io.github.reactorudf;

import io.github.reactorudf.protocol.RowErrorsFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import reactor.core.publisher.Sinks;

/**
 * Leaves the rows for which a function raised out of a row-aligned evaluation's batches, and emits them where
 * {@link RowErrors} say. Confined to the delivering thread.
 */
final class FailedRows {

    private final RowErrors policy;
    private final List<RowErrorsFrame.Row> failed = new ArrayList<>();
    private final LongUnaryOperator indexes;
    private long nextBatch;

    /** @param indexes the index in the whole stream of a batch, by its index here */
    FailedRows(RowErrors policy, LongUnaryOperator indexes) {
        this.policy = policy;
        this.indexes = indexes;
    }

    /** Rows of the next batch. */
    void add(RowErrorsFrame frame) {
        if (!policy.leavesOut()) {
            throw new ProtocolException("the worker reports errors of rows, which it was not asked for");
        }
        for (RowErrorsFrame.Row row : frame.rows()) {
            int last = failed.isEmpty() ? -1 : failed.get(failed.size() - 1).row();
            if (row.row() <= last) {
                throw new ProtocolException("the worker reports row " + row.row() + " after row " + last);
            }
            failed.add(row);
        }
    }

    /**
     * The batch without the rows that failed; these are emitted before.
     *
     * @param input the batch's input, which stays the caller's
     * @param batch taken over
     */
    RecordBatch leaveOut(RecordBatch input, RecordBatch batch) {
        long index = indexes.applyAsLong(nextBatch++);
        if (failed.isEmpty()) {
            return batch;
        }
        try (batch) {
            int last = failed.get(failed.size() - 1).row();
            if (last >= batch.rowCount()) {
                throw new ProtocolException(
                        "the worker reports row " + last + " of a batch of " + batch.rowCount() + " rows");
            }
            Sinks.Many<RowError> letters = policy.letters();
            if (letters != null) {
                failed.forEach(row -> emit(letters, input, row, index));
            }
            return batch.copyOf(kept(batch.rowCount()));
        } finally {
            failed.clear();
        }
    }

    private int[] kept(int rowCount) {
        boolean[] out = new boolean[rowCount];
        failed.forEach(row -> out[row.row()] = true);
        return IntStream.range(0, rowCount).filter(row -> !out[row]).toArray();
    }

    private static void emit(Sinks.Many<RowError> letters, RecordBatch input, RowErrorsFrame.Row row, long index) {
        RowError letter = new RowError(input.copyOf(new int[] {row.row()}), row, index);
        Sinks.EmitResult result;
        // Evaluations that share the sink take turns: it refuses concurrent emissions.
        synchronized (letters) {
            result = letters.tryEmitNext(letter);
        }
        if (result.isFailure()) {
            letter.close();
            throw new UdfException("the dead-letter sink did not take " + letter + ": " + reason(result)
                    + "; the row and its batch are not delivered");
        }
    }

    private static String reason(Sinks.EmitResult result) {
        return switch (result) {
            case FAIL_OVERFLOW -> "it is full (FAIL_OVERFLOW): take letters faster, or give it a larger queue";
            case FAIL_CANCELLED -> "its subscriber cancelled (FAIL_CANCELLED)";
            case FAIL_TERMINATED -> "it was completed (FAIL_TERMINATED)";
            case FAIL_ZERO_SUBSCRIBER ->
                "nobody is subscribed, and it keeps no more (FAIL_ZERO_SUBSCRIBER): subscribe before, or give it a"
                        + " larger queue";
            case FAIL_NON_SERIALIZED ->
                "somebody else emitted to it at the same time (FAIL_NON_SERIALIZED): emit to a sink of your own";
            case OK -> throw new IllegalArgumentException("no failure");
        };
    }
}
