package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** K7: groups of flights replaced by rows, which are those that pandas has for all flights at once. */
class GroupedMapTest extends PythonTest {

    private static final int MIB = 1 << 20;
    private static final int ROWS_OF_A_MIB = MIB / Long.BYTES;

    @ParameterizedTest
    @ValueSource(strings = {"centered", "centered_arrow", "centered_by_key"})
    void delaysAgainstTheCarriersMean(String function) {
        Udf centered = Udf.groupedMap("flight_groups:" + function).groupBy("carrier");
        assertEquals(byPandas("all_centered"), rows(centered));
    }

    @Test
    void collectedGroupsAreTheSame() {
        Udf centered =
                Udf.groupedMap("flight_groups:centered").groupBy("carrier").collect(MIB);
        assertEquals(
                byPandas("all_centered"),
                Results.rows(FlightsData.asTheyCame(allocator).transform(python().evaluate(centered))));
    }

    @Test
    void anIteratorMayLeaveTheRestOfItsGroup() {
        assertEquals(
                byPandas("all_late_days"),
                rows(Udf.groupedMap("flight_groups:late_days").groupBy("carrier")));
    }

    /** F6: the rest of a group is read past by the one who reads, when the function is done with it. */
    @Test
    void groupsAreReadByOneThreadWithinDemand(@TempDir Path directory) throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            WireTap tap = new WireTap();
            Udf first = Udf.groupedMap("flight_groups:first_then_latch")
                    .on("x")
                    .groupBy("k")
                    .with("entered", entered.name())
                    .with("latch", latch.name());
            var all = groups(2, 50)
                    .transform(python(tap::install).evaluate(first).window(2))
                    .map(RecordBatches.closing(batch -> Batches.values(batch, "x")))
                    .collectList()
                    .toFuture();
            entered.await();
            // The function has one batch of the group, and no more than the window is under way.
            assertTrue(tap.count(true, FrameType.PAYLOAD) <= 2);
            latch.open();
            entered.await();
            assertTrue(tap.count(true, FrameType.PAYLOAD) <= 52);
            latch.open();
            assertEquals(List.of(List.of(0L), List.of(0L)), all.get(Results.LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    /** F7: a group that is half as large again as all that the worker may take. */
    @Test
    void aGroupLargerThanTheWorkersMemoryPassesThroughAnIterator() {
        PythonRuntime python = python(builder().workers(Workers.local(1).memoryLimit(256L * MIB)));
        Udf parts = Udf.groupedMap("flight_groups:rows_of_parts").on("x").groupBy("k");
        assertEquals(
                List.of(384L * ROWS_OF_A_MIB), Results.values(large(384).transform(python.evaluate(parts)), "rows"));

        Udf whole = Udf.groupedMap("flight_groups:rows_of_group").on("x").groupBy("k");
        PythonException error =
                Results.failure(PythonException.class, large(384).transform(python.evaluate(whole)));
        assertEquals("MemoryError", error.pythonType());
        assertEquals("flight_groups:rows_of_group", error.function());
        Results.assertSays(error, "a group, which this function takes whole", "memoryLimit");
    }

    @Test
    void groupsAreNeeded() {
        for (String function : List.of("centered", "late_days")) {
            UdfException error = Results.failure(
                    UdfException.class,
                    FlightsData.byCarrier(allocator)
                            .transform(python().evaluate(Udf.groupedMap("flight_groups:" + function))));
            Results.assertSays(error, "flight_groups:" + function, "groupBy(...)");
        }
    }

    private List<List<Object>> rows(Udf udf) {
        return Results.rows(FlightsData.byCarrier(allocator).transform(python().evaluate(udf)));
    }

    private List<List<Object>> byPandas(String function) {
        return WithoutWorker.rows(allocator, FlightsData.byCarrier(allocator), "flight_groups:" + function);
    }

    /** So many groups of so many batches, of a row each. */
    private Flux<RecordBatch> groups(int groups, int batches) {
        return Flux.range(0, groups * batches)
                .map(index -> Columns.batch(
                        Columns.int64(allocator, "k", (long) index / batches),
                        Columns.int64(allocator, "x", (long) index % batches)));
    }

    /** One group, of which each batch has a MiB of {@code x}. */
    private Flux<RecordBatch> large(int batches) {
        return Flux.range(0, batches).map(index -> {
            BitVector key = new BitVector("k", allocator);
            key.allocateNew(ROWS_OF_A_MIB);
            key.setValueCount(ROWS_OF_A_MIB);
            BigIntVector x = new BigIntVector("x", allocator);
            x.allocateNew(ROWS_OF_A_MIB);
            for (int row = 0; row < ROWS_OF_A_MIB; row++) {
                x.set(row, index);
            }
            x.setValueCount(ROWS_OF_A_MIB);
            return Columns.batch(key, x);
        });
    }
}
