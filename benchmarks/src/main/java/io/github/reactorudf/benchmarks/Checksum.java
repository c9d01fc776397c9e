package io.github.reactorudf.benchmarks;

import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * The reading of results, alike for all contenders in this JVM: rows, and the sum of integers and of the lengths of
 * texts. Read at addresses, so that it costs little beside what is measured.
 */
final class Checksum {

    private long rows;
    private long sum;

    void add(List<? extends FieldVector> results, int rowCount) {
        rows += rowCount;
        for (FieldVector column : results) {
            if (column instanceof BigIntVector numbers) {
                sum += sum(numbers);
            } else if (column instanceof VarCharVector text) {
                sum += lengths(text);
            } else {
                throw new IllegalArgumentException("No checksum of " + column.getField());
            }
        }
    }

    private static long sum(BigIntVector numbers) {
        long address = numbers.getDataBufferAddress();
        long end = address + (long) numbers.getValueCount() * BigIntVector.TYPE_WIDTH;
        long sum = 0;
        for (; address < end; address += BigIntVector.TYPE_WIDTH) {
            sum += MemoryUtil.getLong(address);
        }
        return sum;
    }

    private static long lengths(VarCharVector text) {
        long sum = 0;
        for (int i = 0; i < text.getValueCount(); i++) {
            sum += text.isNull(i) ? 0 : text.getValueLength(i);
        }
        return sum;
    }

    /** Ends a run that began at {@code start}, in nanoseconds. */
    Run run(long start) {
        return new Run((System.nanoTime() - start) / 1e9, rows, sum);
    }
}
