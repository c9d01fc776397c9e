package io.github.reactorudf;

import io.github.reactorudf.protocol.RowErrorsFrame;

/**
 * A row for which a function raised, and how; see {@link RowErrors#deadLetter}.
 *
 * <p><b>Ownership:</b> whoever receives it closes it, which closes its {@link #row()}. The row's memory is its own: to
 * keep it keeps nothing of its batch but the dictionaries of encoded columns.
 *
 * <p>{@link #message()} and {@link #pythonTraceback()} hold what user code put there, which may be values of the row;
 * {@link #toString()} leaves them out.
 */
public final class RowError implements AutoCloseable {

    private final RecordBatch row;
    private final RowErrorsFrame.Row failed;
    private final long batchIndex;

    /** Takes over {@code row}. */
    RowError(RecordBatch row, RowErrorsFrame.Row failed, long batchIndex) {
        this.row = row;
        this.failed = failed;
        this.batchIndex = batchIndex;
    }

    /**
     * The row with all columns of the input, as a batch of one row: lent, unless {@link RecordBatch#share() shared}.
     */
    public RecordBatch row() {
        return row;
    }

    /**
     * The qualified name of the Python exception's class, without {@code builtins.}: {@code "ValueError"}. Empty if the
     * function returned, but its result for this row can't be of the promised type; the message says so then.
     */
    public String pythonType() {
        String type = failed.pythonType();
        return type == null ? "" : type;
    }

    /** What the exception says; of a longer message both ends, 1,024 characters in all. */
    public String message() {
        return failed.message();
    }

    /**
     * The traceback as Python prints it, from user code's first frame on; of a longer one both ends, 4,096 characters
     * in all. Empty if there was no exception, and once the tracebacks of a batch come to 4 Mi characters.
     */
    public String pythonTraceback() {
        return failed.traceback();
    }

    /** The function that raised, as the {@link Udf} names it; in a chain, the first that did for this row. */
    public String function() {
        return failed.function();
    }

    /** The zero-based index of the input batch. */
    public long batchIndex() {
        return batchIndex;
    }

    /** The zero-based index of the row in its input batch. */
    public int rowIndex() {
        return failed.row();
    }

    /** Gives up the row; idempotent. */
    @Override
    public void close() {
        row.close();
    }

    /** Says what and where, without message and values. */
    @Override
    public String toString() {
        return "RowError[" + (pythonType().isEmpty() ? "not of the promised type" : pythonType()) + " in " + function()
                + ", batch " + batchIndex + ", row " + rowIndex() + "]";
    }
}
