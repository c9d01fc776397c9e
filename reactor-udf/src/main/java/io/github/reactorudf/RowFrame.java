package io.github.reactorudf;

import io.github.reactorudf.protocol.PrepareFrame;
import org.jspecify.annotations.Nullable;

/**
 * The rows of its group, around each row, that a {@linkplain Udf#windowAggregate window aggregate} is of: SQL's
 * {@code ROWS BETWEEN}, both ends included.
 */
public final class RowFrame {

    private final @Nullable Long start;
    private final @Nullable Long end;

    private RowFrame(@Nullable Long start, @Nullable Long end) {
        this.start = start;
        this.end = end;
    }

    /** All rows of the group. */
    public static RowFrame unbounded() {
        return new RowFrame(null, null);
    }

    /** The rows from the group's first to the row itself. */
    public static RowFrame growing() {
        return endingAt(0);
    }

    /** The rows from the group's first to {@code end}, relative to the row. */
    public static RowFrame endingAt(long end) {
        return new RowFrame(null, end);
    }

    /** The rows from {@code start}, relative to the row, to the group's last. */
    public static RowFrame startingAt(long start) {
        return new RowFrame(start, null);
    }

    /**
     * The rows from {@code start} to {@code end}, relative to the row: {@code sliding(-3, 0)} is the row and the three
     * before it. Rows that the group does not have are left out.
     *
     * @throws IllegalArgumentException if {@code start} is greater than {@code end}
     */
    public static RowFrame sliding(long start, long end) {
        if (start > end) {
            throw new IllegalArgumentException("a row frame from " + start + " to " + end + " has no rows");
        }
        return new RowFrame(start, end);
    }

    PrepareFrame.RowsBetween between() {
        return new PrepareFrame.RowsBetween(start, end);
    }

    @Override
    public String toString() {
        return "RowFrame[" + (start == null ? "unbounded" : start) + " to " + (end == null ? "unbounded" : end) + "]";
    }
}
