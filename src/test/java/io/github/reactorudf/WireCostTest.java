package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What an evaluation costs on the socket. */
class WireCostTest extends PythonTest {

    private static final Duration LIMIT = Results.LIMIT;
    private static final int BATCHES = 10;
    private static final int ROWS = 2000;

    private static final Udf FIRST = Udf.of("demand_functions:aligned").on("x").as("y");
    private static final Udf SECOND = Udf.of("demand_functions:aligned").on("y").as("z");

    private final WireTap tap = new WireTap();

    @Test
    void columnsThatAreNotReadDoNotCross() {
        PythonRuntime python = python(tap::install);
        Udf sum = Udf.of("demand_functions:add").on("c3", "c97").as("sum");
        List<Object> sums = new ArrayList<>();
        Flux.range(0, BATCHES)
                .map(this::wide)
                .transform(python.evaluate(sum))
                .map(RecordBatches.closing(batch -> {
                    assertEquals(101, batch.columns().size());
                    return sums.addAll(Batches.values(batch, "sum"));
                }))
                .blockLast(LIMIT);
        assertEquals(
                LongStream.range(0, (long) BATCHES * ROWS)
                        .mapToObj(row -> (Object) (2 * row + 100))
                        .toList(),
                sums);
        long column = (long) BATCHES * ROWS * Long.BYTES;
        assertTrue(tap.bytes(true) < 3 * column, tap.bytes(true) + " bytes, " + column + " a column");
        assertTrue(tap.bytes(false) < 2 * column, tap.bytes(false) + " bytes back, " + column + " a column");
    }

    /**
     * R7: what is no UDF evaluation uses no worker, and what crosses belongs to the connection or to the evaluation.
     */
    @Test
    void onlyEvaluationsCross(@TempDir Path directory) {
        PythonRuntime python = python(tap::install);
        Path file = directory.resolve("x.arrow");
        RecordBatches.writeFile(Batches.ranges(python.allocator(), BATCHES, ROWS), Batches.RANGE_SCHEMA, file)
                .block(LIMIT);
        Flux<RecordBatch> selected =
                RecordBatches.readFile(file, python.allocator()).map(RecordBatches.closing(batch -> batch.select("x")));
        assertEquals(BATCHES, Results.values(selected, "x").size() / ROWS);
        assertEquals(List.of(), tap.crossings());

        Results.values(Batches.ranges(allocator, BATCHES, ROWS).transform(python.evaluate(FIRST)), "y");
        Set<FrameType> ofTheConnection =
                EnumSet.of(FrameType.HELLO, FrameType.WELCOME, FrameType.PREPARE, FrameType.PREPARED);
        assertTrue(
                tap.crossings().stream()
                        .allMatch(frame -> frame.evaluation() == 1 || ofTheConnection.contains(frame.type())),
                () -> tap.crossings().toString());
    }

    /** Column c<i>i</i> is the row's number plus <i>i</i>. */
    private RecordBatch wide(int batch) {
        Map<String, List<Long>> columns = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            long first = (long) batch * ROWS + i;
            columns.put("c" + i, LongStream.range(first, first + ROWS).boxed().toList());
        }
        return Batches.of(allocator, columns);
    }

    @Test
    void aChainInOneEvaluationIsOneTrip() {
        PythonRuntime python = python(tap::install);
        assertChained(input().transform(python.evaluate(FIRST, SECOND)));
        assertTrips(1);
    }

    @Test
    void adjacentEvaluationsAreOneTrip() {
        PythonRuntime python = python(tap::install);
        assertChained(input().transform(python.evaluate(FIRST)).transform(python.evaluate(SECOND)));
        assertTrips(1);
    }

    @Test
    void adjacentEvaluationsOfSeveralKindsAreOneTrip() {
        PythonRuntime python = python(tap::install);
        Flux<RecordBatch> chained = input().transform(python.evaluate(Udf.map("demand_functions:plain")))
                .transform(python.evaluate(FIRST))
                .transform(python.evaluate(SECOND));
        assertEquals(results(3), values(chained));
        assertTrips(1);
    }

    @Test
    void anOperatorInBetweenMakesItTwo() {
        PythonRuntime python = python(builder().workers(2).onConnected(tap::install));
        assertChained(
                input().transform(python.evaluate(FIRST)).filter(batch -> true).transform(python.evaluate(SECOND)));
        assertTrips(2);
    }

    @Test
    void anotherRuntimeMakesItTwo() {
        PythonRuntime python = python(tap::install);
        try (PythonRuntime other = builder().onConnected(tap::install).build()) {
            assertChained(input().transform(python.evaluate(FIRST)).transform(other.evaluate(SECOND)));
            assertTrips(2);
        }
    }

    private Flux<RecordBatch> input() {
        return Batches.ranges(allocator, BATCHES, 10);
    }

    private static void assertChained(Flux<RecordBatch> chained) {
        assertEquals(results(2), values(chained));
    }

    private static List<Object> values(Flux<RecordBatch> batches) {
        List<Object> all = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> all.addAll(Batches.values(batch, "z"))))
                .blockLast(LIMIT);
        return all;
    }

    private static List<Object> results(long added) {
        return LongStream.range(0, BATCHES * 10L)
                .mapToObj(row -> (Object) (row + added))
                .toList();
    }

    private void assertTrips(int trips) {
        assertEquals(trips, tap.count(true, FrameType.SETUP), "SETUPs");
        assertEquals((long) trips * BATCHES, tap.count(true, FrameType.PAYLOAD), "batches sent");
        assertEquals((long) trips * BATCHES, tap.count(false, FrameType.PAYLOAD), "batches back");
    }
}
