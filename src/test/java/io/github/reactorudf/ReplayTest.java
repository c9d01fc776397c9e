package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** An evaluation that outlives its workers: nothing lost, doubled or out of order, upstream read once. */
@Tag("full")
class ReplayTest extends PythonTest {

    private static final int ROWS = 3;

    private final Path directory;

    ReplayTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** The function's result over {@code batches} batches, and how upstream was used. */
    private List<Object> run(Udf function, int batches, int times, int prefetch) {
        AtomicLong subscriptions = new AtomicLong();
        AtomicLong requested = new AtomicLong();
        AtomicLong made = new AtomicLong();
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, batches, ROWS)
                .doOnNext(batch -> made.incrementAndGet())
                .doOnRequest(requested::addAndGet)
                .doOnSubscribe(subscription -> subscriptions.incrementAndGet())
                .transform(python().evaluate(function.idempotent()).replayOnWorkerLoss(times));
        List<Object> values = Results.values(prefetch == 0 ? evaluated : evaluated.limitRate(prefetch), "y");
        assertEquals(1, subscriptions.get(), "upstream is subscribed to once");
        assertEquals(batches, made.get(), "each batch is read once");
        assertTrue(requested.get() <= batches + 1, () -> requested + " batches asked for of " + batches);
        return values;
    }

    private Udf doubling(String function, List<Long> deadly) {
        return Udf.of("replays:" + function)
                .on("x")
                .as("y")
                .with("deadly", deadly)
                .with("marks", directory.toString());
    }

    private static List<Long> doubled(int batches) {
        return LongStream.range(0, (long) batches * ROWS)
                .map(x -> 2 * x)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"double, 0", "double, 1", "double_ahead, 0"})
    void workersThatDieAtRandomBatchesChangeNoResult(String function, int prefetch) {
        int batches = 200;
        long seed = System.nanoTime();
        List<Long> deadly = new Random(seed)
                .longs(0, batches)
                .distinct()
                .limit(5)
                .map(batch -> batch * ROWS)
                .boxed()
                .toList();
        assertEquals(doubled(batches), run(doubling(function, deadly), batches, 5, prefetch), () -> "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"double", "double_ahead"})
    void atTheFirstAndTheLastBatch(String function) {
        int batches = 6;
        List<Long> deadly = List.of(0L, (long) (batches - 1) * ROWS);
        assertEquals(doubled(batches), run(doubling(function, deadly), batches, 2, 0));
    }

    @Test
    void moreDeathsThanWereAllowed() {
        Udf dying = Udf.of("replays:die_always")
                .on("x")
                .as("y")
                .with("deadly", 4 * ROWS)
                .idempotent();
        int[] rows = {0};
        WorkerLostException error = Results.failure(
                WorkerLostException.class,
                Batches.ranges(allocator, 20, ROWS)
                        .transform(python().evaluate(dying).replayOnWorkerLoss(2))
                        .doOnNext(batch -> rows[0] += batch.rowCount()));
        Results.assertSays(error, "SIGKILL");
        assertEquals(4 * ROWS, rows[0]);
    }

    /** The worker is lost while nothing is asked for; what is asked for afterwards is what comes. */
    @Test
    void duringBackpressure() {
        Flux<Object> sums = Batches.ranges(allocator, 8, ROWS)
                .transform(python().evaluate(
                                doubling("double", List.of(6L, 7L * ROWS)).idempotent())
                        .replayOnWorkerLoss(2))
                .map(RecordBatches.closing(batch -> Batches.values(batch, "y").get(0)));
        StepVerifier.create(sums, 0)
                .expectSubscription()
                .thenRequest(2)
                .expectNext(0L, 6L)
                .thenRequest(1)
                .expectNext(12L)
                .thenRequest(4)
                .expectNext(18L, 24L, 30L, 36L)
                .thenRequest(1)
                .expectNext(42L)
                .expectComplete()
                .verify(LIMIT);
    }

    /** Also a source that emits on a thread of its own, and has an unanswered request when the worker is lost. */
    @Test
    void anUpstreamOnThreadsOfItsOwn() {
        Flux<RecordBatch> elsewhere = Batches.ranges(allocator, 50, ROWS).publishOn(Schedulers.parallel(), 1);
        Udf function = doubling("double", List.of(0L, 30L, 147L)).idempotent();
        assertEquals(
                doubled(50),
                Results.values(elsewhere.transform(python().evaluate(function).replayOnWorkerLoss(3)), "y"));
    }

    @Test
    void anErrorsBatchIsCountedFromTheStreamsStart() {
        Udf failing = Udf.of("replays:fail")
                .on("x")
                .as("y")
                .with("deadly", 3 * ROWS)
                .with("bad", 7 * ROWS)
                .with("marks", directory.toString())
                .idempotent();
        PythonException error = Results.failure(
                PythonException.class,
                Batches.ranges(allocator, 20, ROWS)
                        .transform(python().evaluate(failing).replayOnWorkerLoss(1)));
        assertEquals(7, error.batchIndex());
    }

    @Test
    void aCancelDuringTheReplayReleasesEverything() throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            CountDownLatch cancelled = new CountDownLatch(1);
            Disposable running = Batches.ranges(allocator, 20, ROWS)
                    .doOnCancel(cancelled::countDown)
                    .transform(python().evaluate(dieThenHold(entered, latch)).replayOnWorkerLoss(1))
                    .subscribe(RecordBatch::close);
            entered.await();
            running.dispose();
            assertTrue(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void anErrorOfUpstreamDuringTheReplayIsPassedOnAtOnce() throws Exception {
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        IllegalStateException broken = new IllegalStateException("the database is gone");
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            StepVerifier.create(input.asFlux()
                            .transform(python().evaluate(dieThenHold(entered, latch))
                                    .replayOnWorkerLoss(1)))
                    .then(() -> input.tryEmitNext(Batches.range(allocator, 0, ROWS)))
                    .then(entered::await)
                    .then(() -> input.tryEmitError(broken))
                    .expectErrorSatisfies(error -> assertEquals(broken, error))
                    .verify(LIMIT);
        }
    }

    private Udf dieThenHold(Fifo entered, Fifo latch) {
        return Udf.of("replays:die_then_hold")
                .on("x")
                .as("y")
                .with("marks", directory.toString())
                .with("entered", entered.name())
                .with("latch", latch.name())
                .idempotent();
    }

    @Test
    void adjacentTransformsAreReplayedAsTheOneTripThatTheyAre() {
        PythonRuntime python = python();
        Udf first = doubling("double", List.of(9L, 30L)).as("d").idempotent();
        Udf second = Udf.of("replays:plus_one").on("d").as("y").idempotent();
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 20, ROWS)
                .transform(python.evaluate(first).replayOnWorkerLoss(2))
                .transform(python.evaluate(second));
        List<Object> expected = new ArrayList<>();
        doubled(20).forEach(value -> expected.add(value + 1));
        assertEquals(expected, Results.values(evaluated, "y"));
    }

    /** Upstream's worker is not this evaluation's to replace. */
    @Test
    void anUpstreamThatLosesItsWorkerIsNotReplayed() {
        PythonRuntime python = python(2);
        Udf dying = Udf.of("replays:die_always").on("x").as("z").with("deadly", 6);
        Udf after = Udf.of("replays:plus_one").on("x").as("y").idempotent();
        AtomicLong subscriptions = new AtomicLong();
        try (LogLines log = new LogLines()) {
            Results.failure(
                    WorkerLostException.class,
                    Batches.ranges(allocator, 20, ROWS)
                            .doOnSubscribe(subscription -> subscriptions.incrementAndGet())
                            .transform(python.evaluate(dying))
                            .hide()
                            .transform(python.evaluate(after).replayOnWorkerLoss(3)));
            assertEquals(List.of(), log.with("evaluated again"));
        }
        assertEquals(1, subscriptions.get());
    }

    @Test
    void functionsMustBeDeclaredIdempotent() {
        PythonRuntime python = python();
        Udf plain = Udf.of("replays:plus_one").on("x");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> python.evaluate(plain.idempotent(), plain.as("z"))
                        .replayOnWorkerLoss(1));
        Results.assertSays(refused, "replays:plus_one", "idempotent()");
        Flux<RecordBatch> before = Flux.<RecordBatch>empty().transform(python.evaluate(plain));
        BatchTransform replaying = python.evaluate(plain.idempotent().as("z")).replayOnWorkerLoss(1);
        assertThrows(IllegalArgumentException.class, () -> before.transform(replaying));
        assertThrows(
                IllegalArgumentException.class,
                () -> Flux.<RecordBatch>empty().transform(replaying).transform(python.evaluate(plain)));
        before.hide().transform(replaying);
    }

    @Test
    void mapFunctionsCannotBeReplayed() {
        UdfException refused = Results.failure(
                UdfException.class,
                Batches.ranges(allocator, 2, ROWS)
                        .transform(python().evaluate(Udf.map("replays:same").idempotent())
                                .replayOnWorkerLoss(1)));
        Results.assertSays(refused, "replays:same", "replayOnWorkerLoss");
    }

    @Test
    void anEmptySource() {
        assertEquals(List.of(), run(doubling("double", List.of()), 0, 1, 0));
    }
}
