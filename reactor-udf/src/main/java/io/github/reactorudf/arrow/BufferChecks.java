package io.github.reactorudf.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Searches buffers for values that point outside of what they point into. Each search returns the first bad row, or -1;
 * the ranges are long enough for the rows, which the caller has checked.
 */
final class BufferChecks {
    static final int VIEW_WIDTH = 16;
    private static final int INLINE_VIEW = 12;

    /** A range of the body. */
    record Range(long offset, long length) {}

    private final ArrowBuf body;

    BufferChecks(ArrowBuf body) {
        this.body = body;
    }

    int firstBadOffset(Range offsets, int rows, int width, long extent) {
        if (rows == 0) {
            return -1;
        }
        long previous = integer(offsets, 0, width);
        if (previous < 0) {
            return 0;
        }
        for (int row = 0; row < rows; row++) {
            long next = integer(offsets, row + 1, width);
            if (next < previous || next > extent) {
                return row;
            }
            previous = next;
        }
        return -1;
    }

    int firstBadListView(Range offsets, Range sizes, int rows, int width, long extent) {
        for (int row = 0; row < rows; row++) {
            if (!within(integer(offsets, row, width), integer(sizes, row, width), extent)) {
                return row;
            }
        }
        return -1;
    }

    /** Views of nulls say nothing: Arrow Java leaves there what the memory held before. */
    int firstBadView(Range views, Range validity, int rows, long[] dataLengths) {
        for (int row = 0; row < rows; row++) {
            long view = views.offset() + (long) row * VIEW_WIDTH;
            int length = body.getInt(view);
            if (length >= 0 && length <= INLINE_VIEW) {
                continue;
            }
            int buffer = body.getInt(view + 8);
            boolean bad = buffer < 0
                    || buffer >= dataLengths.length
                    || !within(body.getInt(view + 12), length, dataLengths[buffer]);
            if (bad && isSet(validity, row)) {
                return row;
            }
        }
        return -1;
    }

    int firstBadIndex(Range indexes, Range validity, int rows, ArrowType.Int type, int size) {
        int width = type.getBitWidth() / Byte.SIZE;
        for (int row = 0; row < rows; row++) {
            long index = integer(indexes, row, width);
            if (!type.getIsSigned() && width < Long.BYTES) {
                index &= (1L << type.getBitWidth()) - 1;
            }
            if ((index < 0 || index >= size) && isSet(validity, row)) {
                return row;
            }
        }
        return -1;
    }

    int firstBadType(Range types, int rows, int @Nullable [] declared, int children) {
        for (int row = 0; row < rows; row++) {
            if (childOf(body.getByte(types.offset() + row), declared, children) < 0) {
                return row;
            }
        }
        return -1;
    }

    int firstBadUnion(Range types, Range offsets, int rows, int @Nullable [] declared, int[] lengths) {
        for (int row = 0; row < rows; row++) {
            int child = childOf(body.getByte(types.offset() + row), declared, lengths.length);
            if (child < 0 || !within(integer(offsets, row, Integer.BYTES), 1, lengths[child])) {
                return row;
            }
        }
        return -1;
    }

    int firstBadRunEnd(Range ends, Range validity, int runs, ArrowType.Int type, int rows) {
        int width = type.getBitWidth() / Byte.SIZE;
        long previous = 0;
        for (int run = 0; run < runs; run++) {
            long end = integer(ends, run, width);
            if (end <= previous || !isSet(validity, run)) {
                return run;
            }
            previous = end;
        }
        // The last may pass the rows: what is cut to fewer rows keeps its runs.
        return previous >= rows ? -1 : runs;
    }

    private static int childOf(byte type, int @Nullable [] declared, int children) {
        if (declared == null) {
            return type < children ? type : -1;
        }
        for (int i = 0; i < declared.length; i++) {
            if (declared[i] == type) {
                return i;
            }
        }
        return -1;
    }

    private static boolean within(long offset, long length, long extent) {
        return offset >= 0 && length >= 0 && offset <= extent && length <= extent - offset;
    }

    private boolean isSet(Range validity, int row) {
        return validity.length() == 0 || (body.getByte(validity.offset() + row / 8) >> (row % 8) & 1) == 1;
    }

    private long integer(Range range, int index, int width) {
        long position = range.offset() + (long) index * width;
        return switch (width) {
            case Byte.BYTES -> body.getByte(position);
            case Short.BYTES -> body.getShort(position);
            case Integer.BYTES -> body.getInt(position);
            default -> body.getLong(position);
        };
    }
}
