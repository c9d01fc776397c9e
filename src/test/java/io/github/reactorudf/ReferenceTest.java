package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The reference's own tests, by name, as far as the kinds here allow. */
class ReferenceTest extends PythonTest {

    private static final Udf DOUBLE = Udf.of("reference:double").on("x");

    @Test
    void scalar() {
        Flux<RecordBatch> doubled = Batches.ranges(allocator, 3, 4).transform(python().evaluate(DOUBLE.as("y")));
        assertEquals(LongStream.range(0, 12).map(x -> 2 * x).boxed().toList(), Results.values(doubled, "y"));
    }

    @Test
    void string() {
        Flux<RecordBatch> shouted = Flux.defer(
                        () -> Flux.just(Columns.batch(Columns.string(allocator, "name", "ua", "", null, "żółw"))))
                .transform(python().evaluate(Udf.of("reference:shout").as("shout")));
        assertEquals(Arrays.asList("UA!", "!", null, "ŻÓŁW!"), Results.values(shouted, "shout"));
    }

    @Test
    void severalUdfColumns() {
        WireTap tap = new WireTap();
        BatchTransform both = python(tap::install)
                .evaluate(
                        DOUBLE.as("twice"), Udf.of("functions:plus_one").on("x").as("next"));
        List<List<Object>> columns = Batches.ranges(allocator, 2, 2)
                .transform(both)
                .map(RecordBatches.closing(batch -> {
                    List<String> names = batch.schema().getFields().stream()
                            .map(field -> field.getName())
                            .toList();
                    assertEquals(List.of("x", "twice", "next"), names);
                    return List.<Object>of(Batches.values(batch, "twice"), Batches.values(batch, "next"));
                }))
                .collectList()
                .block(LIMIT);
        assertEquals(
                List.of(List.of(List.of(0L, 2L), List.of(1L, 2L)), List.of(List.of(4L, 6L), List.of(3L, 4L))), columns);
        assertEquals(1, tap.count(true, FrameType.SETUP));
    }

    @Test
    void chainedInOneEvaluate() {
        WireTap tap = new WireTap();
        Udf sum = Udf.of("reference:add").on("x", "twice").as("thrice");
        Flux<RecordBatch> chained =
                Batches.ranges(allocator, 3, 2).transform(python(tap::install).evaluate(DOUBLE.as("twice"), sum));
        assertEquals(List.of(0L, 3L, 6L, 9L, 12L, 15L), Results.values(chained, "thrice"));
        assertOneTrip(tap, 3);
    }

    @Test
    void chainedAsAdjacentTransforms() {
        WireTap tap = new WireTap();
        PythonRuntime python = python(tap::install);
        Flux<RecordBatch> chained = Batches.ranges(allocator, 3, 2)
                .transform(python.evaluate(DOUBLE.as("twice")))
                .transform(
                        python.evaluate(Udf.of("reference:double").on("twice").as("fourfold")))
                .transform(python.evaluate(Udf.map("functions:evens").on("x")));
        assertEquals(List.of(0L, 2L, 4L), Results.values(chained, "x"));
        assertOneTrip(tap, 3);
    }

    private static void assertOneTrip(WireTap tap, int batches) {
        assertEquals(1, tap.count(true, FrameType.SETUP));
        assertEquals(batches, tap.count(true, FrameType.PAYLOAD));
    }

    @Test
    void nulls() {
        Flux<RecordBatch> evaluated = Flux.defer(() -> Flux.just(
                        Columns.batch(Columns.int64(allocator, "x", 1L, null, 3L)),
                        Columns.batch(Columns.int64(allocator, "x", null, null, null))))
                .transform(python().evaluate(
                                DOUBLE.as("pandas"),
                                Udf.of("reference:add").on("x", "x").as("arrow")));
        List<Object> expected = Arrays.asList(2L, null, 6L, null, null, null);
        List<Object> pandas = Results.values(evaluated, "pandas");
        assertEquals(expected, pandas);
        assertEquals(expected, Results.values(evaluated, "arrow"));
    }

    @Test
    void batchedRows() {
        Flux<RecordBatch> described = Batches.ranges(allocator, 3, 2)
                .transform(python().evaluate(Udf.rows("reference:describe").as("said")));
        assertEquals(List.of("0 int", "1 int", "2 int", "3 int", "4 int", "5 int"), Results.values(described, "said"));
    }

    @Test
    void groupedAggregate() {
        Flux<RecordBatch> totals = Flux.defer(() -> Flux.just(
                        group(allocator, 1L, 1L, 2L), group(allocator, 2L, 3L, null), group(allocator, 2L, 4L)))
                .transform(python().evaluate(
                                Udf.groupedAggregate("reference:total").on("x").groupBy("k")));
        assertEquals(List.of(List.of(1L, 3L), List.of(2L, 7L)), Results.rows(totals));
    }

    private static RecordBatch group(BufferAllocator allocator, long key, @Nullable Long... values) {
        Long[] keys = Collections.nCopies(values.length, key).toArray(Long[]::new);
        return Columns.batch(Columns.int64(allocator, "k", keys), Columns.int64(allocator, "x", values));
    }

    @Test
    void emptyPartitions() {
        PythonRuntime python = python();
        assertEquals(List.of(), Results.borders(Flux.<RecordBatch>empty().transform(python.evaluate(DOUBLE))));
        Schema schema;
        try (RecordBatch batch = Batches.range(allocator, 0, 0)) {
            schema = batch.schema();
        }
        assertEquals(
                List.of(),
                Results.borders(Flux.<RecordBatch>empty()
                        .transform(python.evaluate(DOUBLE).inputSchema(schema))));
        Flux<RecordBatch> some = Flux.just(0, 3, 0).map(rows -> Batches.range(allocator, 0, rows));
        assertEquals(List.of(0, 3, 0), Results.borders(some.transform(python.evaluate(DOUBLE))));
    }

    @Test
    void severalPartitions() {
        BatchTransform doubled = python(2).evaluate(DOUBLE.as("y"));
        List<Object> sums = Flux.range(0, 6)
                .flatMap(
                        partition -> Batches.ranges(allocator, 5, 100)
                                .transform(doubled)
                                .map(RecordBatches.closing(batch -> Batches.values(batch, "y")))
                                .flatMapIterable(values -> values)
                                .reduce(0L, (sum, value) -> sum + (Long) value),
                        6)
                .<Object>map(total -> total)
                .collectList()
                .block(LIMIT);
        long sum = LongStream.range(0, 500).map(x -> 2 * x).sum();
        assertEquals(List.of(sum, sum, sum, sum, sum, sum), sums);
    }

    @Test
    void severalPartitionsMakeProgressTogether(@TempDir Path directory) throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf meet = Udf.of("reference:meet")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name());
            BatchTransform together = python(2).evaluate(meet);
            var all = Flux.range(0, 2)
                    .flatMap(partition -> Batches.ranges(allocator, 1, 10)
                            .transform(together)
                            .map(RecordBatches.closing(RecordBatch::rowCount)))
                    .count()
                    .toFuture();
            entered.await();
            entered.await();
            latch.open();
            latch.open();
            assertEquals(2, all.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void halfAMillionRowsUnderBackpressure() {
        Flux<RecordBatch> slow = Batches.ranges(allocator, 500, 1000)
                .transform(python().evaluate(DOUBLE.as("y")).window(2))
                .limitRate(1);
        Long sum = slow.map(RecordBatches.closing(batch -> {
                    long total = 0;
                    for (Object value : Batches.values(batch, "y")) {
                        total += (Long) value;
                    }
                    return total;
                }))
                .reduce(0L, Long::sum)
                .block(LIMIT);
        assertEquals(LongStream.range(0, 500_000).map(x -> 2 * x).sum(), sum);
    }

    @Test
    void exceptionPropagation() throws InterruptedException {
        PythonRuntime python = python();
        BatchTransform process =
                python.evaluate(Udf.of("reference:process").on("x").as("pid"));
        List<Object> before = Results.values(Batches.ranges(allocator, 1, 1).transform(process), "pid");

        CountDownLatch cancelled = new CountDownLatch(1);
        Flux<RecordBatch> endless = Batches.ranges(allocator, 1_000_000, 10).doOnCancel(cancelled::countDown);
        Udf refuse = Udf.of("reference:refuse").on("x").with("value", 35);
        PythonException error = Results.failure(PythonException.class, endless.transform(python.evaluate(refuse)));

        assertEquals("ValueError", error.pythonType());
        assertEquals("reference:refuse", error.function());
        assertEquals(3, error.batchIndex());
        Results.assertSays(error, "ValueError", "not 35, please", "reference:refuse", "batch 3");
        String traceback = error.pythonTraceback();
        assertTrue(traceback.contains("reference.py\", line "), traceback);
        assertTrue(traceback.contains("in refuse"), traceback);
        assertTrue(traceback.endsWith("ValueError: not 35, please\n"), traceback);
        assertTrue(!traceback.contains("site-packages/reactor_udf"), traceback);
        assertNull(error.getCause());
        assertTrue(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "upstream was not cancelled");
        assertEquals(
                before,
                Results.values(Batches.ranges(allocator, 1, 1).transform(process), "pid"),
                "the worker was not reused");
    }
}
