package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Rule P24: batches of row-wise functions that wait are sent as one, and nobody sees it but on the wire. */
class MergingTest extends PythonTest {

    private static final int ROWS = 10;

    private final WireTap tap = new WireTap();

    @Test
    void whatWaitsGoesOutTogetherWithTheNextAnswer() throws InterruptedException {
        WorkerGate gate = new WorkerGate();
        PythonRuntime python = python(gate::install);
        gate.closeAt(FrameType.PAYLOAD);
        int batches = 30;
        CountDownLatch emitted = new CountDownLatch(batches);
        List<Object> rows = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        Batches.ranges(allocator, batches, ROWS)
                .doOnNext(batch -> emitted.countDown())
                .transform(python.evaluate(udf("rows")))
                .map(RecordBatches.closing(batch -> rows.addAll(Batches.values(batch, "y"))))
                .doFinally(signal -> done.countDown())
                .subscribe();
        gate.awaitHeld();
        assertTrue(emitted.await(Results.LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertEquals(2, gate.tap().count(true, FrameType.PAYLOAD), "without an answer");
        assertEquals(0, gate.tap().count(true, FrameType.BORDERS));
        gate.open();
        assertTrue(done.await(Results.LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertEquals(3, gate.tap().count(true, FrameType.PAYLOAD));
        assertEquals(1, gate.tap().count(true, FrameType.BORDERS));
        assertEquals(3, gate.tap().count(false, FrameType.PAYLOAD));
        List<Object> expected = new ArrayList<>(Collections.nCopies(2 * ROWS, (long) ROWS));
        expected.addAll(Collections.nCopies((batches - 2) * ROWS, (long) (batches - 2) * ROWS));
        assertEquals(expected, rows);
    }

    @Test
    void aLoneBatchGoesAtOnce() {
        PythonRuntime python = python(tap::install);
        Sinks.Many<RecordBatch> source = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier.Step<Integer> step = StepVerifier.create(source.asFlux()
                .transform(python.evaluate(udf("plus_one")))
                .map(RecordBatches.closing(RecordBatch::rowCount)));
        for (int i = 0; i < 5; i++) {
            step = step.then(() -> source.tryEmitNext(Batches.range(allocator, 0, ROWS))
                            .orThrow())
                    .expectNext(ROWS);
        }
        step.then(source::tryEmitComplete).verifyComplete();
        assertEquals(5, tap.count(true, FrameType.PAYLOAD));
        assertEquals(0, tap.count(true, FrameType.BORDERS));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 100})
    void resultsAreDividedAsDownstreamRequests(int requested) {
        PythonRuntime python = merging(7);
        Flux<RecordBatch> evaluated = input(30).transform(python.evaluate(udf("plus_one")));
        assertEquals(plusOne(30), Results.values(evaluated.limitRate(requested), "y"));
        assertTrue(tap.count(true, FrameType.BORDERS) > 0);
    }

    @Test
    void emptyBatchesKeepTheirPlaces() {
        List<Integer> rows = List.of(0, 3, 0, 0, 9, 1, 0, 8);
        Flux<RecordBatch> batches = Flux.fromIterable(rows).map(count -> Batches.range(allocator, 0, count));
        assertEquals(rows, Results.borders(batches.transform(merging(3).evaluate(udf("plus_one")))));
    }

    @Test
    void batchesThatDependOnTheirBordersNeverAre() {
        PythonRuntime python = merging(5);
        Flux<RecordBatch> evaluated = input(8).transform(python.evaluate(udf("rows_of_batch")));
        assertEquals(Collections.nCopies(8 * ROWS, (long) ROWS), Results.values(evaluated, "y"));
        // A row-wise function before or behind one that is not makes no difference.
        Flux<RecordBatch> chained = input(8).transform(python.evaluate(
                udf("plus_one"), Udf.of("merging:rows_of_batch").on("y").as("z")));
        assertEquals(Collections.nCopies(8 * ROWS, (long) ROWS), Results.values(chained, "z"));
        assertEquals(0, tap.count(true, FrameType.BORDERS));
    }

    @Test
    void neitherAreThoseOfAWindowOfOneOrUnderAClock() {
        PythonRuntime python = merging(5);
        BatchTransform transform = python.evaluate(udf("plus_one"));
        assertEquals(plusOne(8), Results.values(input(8).transform(transform.window(1)), "y"));
        Duration limit = Results.LIMIT;
        assertEquals(plusOne(8), Results.values(input(8).transform(transform.batchTimeout(limit)), "y"));
        assertEquals(0, tap.count(true, FrameType.BORDERS));
    }

    @ParameterizedTest
    @CsvSource({"raises, 0", "raises, 34", "raises, 79", "too_short, 34", "too_short, 40"})
    void aFailureIsThatOfItsBatch(String function, int at) {
        PythonRuntime python = merging(5);
        Flux<Integer> evaluated = input(8).transform(
                        python.evaluate(udf(function).with("at", at)))
                .map(RecordBatches.closing(RecordBatch::rowCount));
        int batch = at / ROWS;
        StepVerifier.create(evaluated).expectNextCount(batch).verifyErrorSatisfies(error -> {
            if (error instanceof PythonException raised) {
                assertEquals(batch, raised.batchIndex());
                Results.assertSays(raised, "not " + at);
            } else {
                assertEquals(UdfException.class, error.getClass());
                Results.assertSays(error, "returned 9 rows for a batch of 10");
            }
        });
    }

    @Test
    void aFailureOfTheWholeAloneIsNone() {
        PythonRuntime python = merging(4);
        Udf few = udf("only_few").with("most", 2 * ROWS);
        assertEquals(
                plusOne(10),
                Results.values(input(10).transform(python.evaluate(few)).limitRate(1), "y"));
    }

    @Test
    void rowErrorsToNullCostTheirRowsAlone() {
        PythonRuntime python = merging(4);
        BatchTransform nulled = python.evaluate(udf("raises").with("at", 23)).onRowError(RowErrors.toNull());
        List<Object> expected = new ArrayList<>(plusOne(6));
        expected.set(23, null);
        assertEquals(expected, Results.values(input(6).transform(nulled), "y"));
    }

    @Test
    void onlyBatchesOfTheSameDictionaries() {
        PythonRuntime python = merging(6);
        Flux<RecordBatch> words = Flux.defer(() -> Flux.concat(
                slices(Columns.encoded(allocator, "x", List.of("a", "b"), (short) 0, (short) 1, null, (short) 0)),
                slices(Columns.encoded(allocator, "x", List.of("c", "d"), (short) 1, null, (short) 0, (short) 1))));
        List<Object> expected = new ArrayList<>(List.of("a", "b", "", "a", "d", "", "c", "d"));
        Collections.replaceAll(expected, "", null);
        assertEquals(expected, Results.values(words.transform(python.evaluate(udf("word"))), "y"));
        assertEquals(2, tap.count(true, FrameType.BORDERS));
    }

    /** A batch for each row. */
    private static Flux<RecordBatch> slices(RecordBatch batch) {
        return Flux.using(
                () -> batch,
                given -> Flux.range(0, given.rowCount()).map(row -> given.slice(row, 1)),
                RecordBatch::close);
    }

    @Test
    void aLostWorkersUnitIsReplayed(@TempDir Path directory) {
        PythonRuntime python = merging(5);
        Udf dying = udf("dies_once")
                .with("at", 57)
                .with("marker", directory.resolve("died").toString())
                .idempotent();
        Flux<RecordBatch> evaluated = input(20).transform(python.evaluate(dying).replayOnWorkerLoss(1));
        assertEquals(plusOne(20), Results.values(evaluated, "y"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 13})
    void cancelledAmongDividedResults(int after) {
        PythonRuntime python = merging(5);
        Flux<RecordBatch> evaluated =
                input(30).transform(python.evaluate(udf("plus_one")).publishOn(Schedulers.parallel()));
        StepVerifier.create(evaluated.map(RecordBatches.closing(RecordBatch::rowCount)), 0)
                .thenRequest(after + 3)
                .expectNextCount(after)
                .thenCancel()
                .verify(Results.LIMIT);
        assertEquals(plusOne(3), Results.values(input(3).transform(python.evaluate(udf("plus_one"))), "y"));
    }

    /** A runtime that sends one to so many batches as one. */
    private PythonRuntime merging(int most) {
        Random random = new Random(most);
        return python(builder().onConnected(tap::install).unitSizes(() -> 1 + random.nextInt(most)));
    }

    private static Udf udf(String function) {
        return Udf.of("merging:" + function).on("x").as("y");
    }

    private Flux<RecordBatch> input(int batches) {
        return Batches.ranges(allocator, batches, ROWS);
    }

    private static List<Object> plusOne(int batches) {
        return LongStream.rangeClosed(1, (long) batches * ROWS)
                .mapToObj(value -> (Object) value)
                .toList();
    }
}
