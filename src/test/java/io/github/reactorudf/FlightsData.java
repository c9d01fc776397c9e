package io.github.reactorudf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Flights of a month: {@code carrier} and {@code origin}, {@code day}, and {@code delay} in whole minutes; some have no
 * carrier, and some no delay. Each subscriber gets batches of its own, whose borders are not those of groups.
 */
final class FlightsData {

    static final int ROWS_OF_A_BATCH = 17;

    private static final List<@Nullable String> CARRIERS = new ArrayList<>(List.of("UA", "AA", "DL"));
    private static final List<String> ORIGINS = List.of("JFK", "EWR", "LGA");
    private static final int FLIGHTS = 300;
    private static final int DAYS = 30;

    static {
        CARRIERS.add(null);
    }

    private FlightsData() {}

    /** As they came: by day. */
    static Flux<RecordBatch> asTheyCame(BufferAllocator allocator) {
        return batches(allocator, all());
    }

    /** The carriers' flights together, in the order of the carriers' first ones. */
    static Flux<RecordBatch> byCarrier(BufferAllocator allocator) {
        Comparator<Flight> carrier = Comparator.comparingInt(flight -> CARRIERS.indexOf(flight.carrier));
        return batches(allocator, all().sorted(carrier));
    }

    /** Sorted by origin, and then by day. */
    static Flux<RecordBatch> byOrigin(BufferAllocator allocator) {
        return batches(allocator, all().sorted(Comparator.comparing(flight -> flight.origin)));
    }

    private static Stream<Flight> all() {
        return IntStream.range(0, FLIGHTS)
                .mapToObj(i -> new Flight(
                        CARRIERS.get(i * 7 / 5 % CARRIERS.size()),
                        ORIGINS.get(i * i % 7 % ORIGINS.size()),
                        1L + (long) i * DAYS / FLIGHTS,
                        i % 11 == 3 ? null : (double) (i * 37 % 91 - 15)));
    }

    private static Flux<RecordBatch> batches(BufferAllocator allocator, Stream<Flight> flights) {
        List<Flight> rows = flights.toList();
        int count = (rows.size() + ROWS_OF_A_BATCH - 1) / ROWS_OF_A_BATCH;
        return Flux.range(0, count).map(index -> {
            int start = index * ROWS_OF_A_BATCH;
            return batch(allocator, rows.subList(start, Math.min(start + ROWS_OF_A_BATCH, rows.size())));
        });
    }

    private static RecordBatch batch(BufferAllocator allocator, List<Flight> rows) {
        return Columns.batch(
                Columns.string(
                        allocator, "carrier", rows.stream().map(Flight::carrier).toArray(String[]::new)),
                Columns.string(
                        allocator, "origin", rows.stream().map(Flight::origin).toArray(String[]::new)),
                Columns.int64(allocator, "day", rows.stream().map(Flight::day).toArray(Long[]::new)),
                Columns.float64(
                        allocator, "delay", rows.stream().map(Flight::delay).toArray(Double[]::new)));
    }

    private record Flight(
            @Nullable String carrier,
            String origin,
            long day,
            @Nullable Double delay) {}
}
