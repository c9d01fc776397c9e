package io.github.reactorudf.samples.flights;

import io.github.reactorudf.RecordBatch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.VarCharVector;

/** Adds up delays by carrier, from what Python returned and nothing else. Not thread-safe. */
final class DelaySummary {

    private final Map<String, CarrierDelay> carriers = new HashMap<>();
    private long rows;

    /** Adds a batch, which stays the caller's, and returns how many rows there are by now. */
    long add(RecordBatch batch) {
        VarCharVector carrier = (VarCharVector) batch.column("carrier_name");
        BitVector late = (BitVector) batch.column("late");
        BigIntVector minutes = (BigIntVector) batch.column("delay_minutes");
        rows += batch.rowCount();
        for (int row = 0; row < batch.rowCount(); row++) {
            if (minutes.isNull(row)) {
                continue;
            }
            String name = carrier.getObject(row).toString();
            boolean isLate = late.get(row) != 0;
            long delay = minutes.get(row);
            carriers.compute(
                    name, (key, sum) -> (sum == null ? new CarrierDelay(name, 0, 0, 0) : sum).plus(isLate, delay));
        }
        return rows;
    }

    /** How many flights were added, with those that did not arrive. */
    long rows() {
        return rows;
    }

    /** The carriers with the most minutes of delay, most first. */
    List<CarrierDelay> worst(int count) {
        return carriers.values().stream()
                .sorted(Comparator.comparingLong(CarrierDelay::minutes)
                        .reversed()
                        .thenComparing(CarrierDelay::carrier))
                .limit(count)
                .toList();
    }
}
