package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** An evaluation on several workers: it gives what one worker would. */
class ParallelTest extends PythonTest {

    private static final int WORKERS = 4;
    private static final Udf DOUBLE = Udf.of("reference:double").on("x").as("y");

    private final Path directory;

    ParallelTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void resultsKeepTheOrderOfBatchesThoughTheFirstIsTheLast() throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            CompletableFuture<List<Object>> values = inOrder(held(python(WORKERS), 0, entered, latch), 60);
            entered.await();
            latch.open();
            assertEquals(doubled(60), values.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void othersGoOnWhileOneWorkerIsAtABatch() throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            BatchTransform held = held(python(2), 20, entered, latch).unordered();
            List<Object> values = new ArrayList<>();
            // Of the worker that is held up in batch 20 nothing comes until 50 results have: it has 4 batches at most.
            Batches.ranges(allocator, 60, 1)
                    .transform(held)
                    .map(RecordBatches.closing(
                            batch -> Batches.values(batch, "y").get(0)))
                    .doOnNext(value -> {
                        values.add(value);
                        if (values.size() == 50) {
                            Schedulers.boundedElastic().schedule(latch::open);
                        }
                    })
                    .blockLast(LIMIT);
            assertTrue(values.indexOf(40L) >= 50, values::toString);
            assertEquals(new HashSet<>(doubled(60)), new HashSet<>(values));
        }
    }

    /** Also where there is a batch for each of them and no more. */
    @ParameterizedTest
    @ValueSource(ints = {WORKERS, 100})
    void usesAsManyWorkersAsAreFree(int batches) throws Exception {
        PythonRuntime python = python(WORKERS);
        try (Fifo arrived = new Fifo(directory.resolve("arrived"));
                Fifo go = new Fifo(directory.resolve("go"))) {
            Udf meet = Udf.of("parallels:meet")
                    .on("x")
                    .with("arrived", arrived.name())
                    .with("go", go.name());
            CompletableFuture<List<Integer>> borders = Batches.ranges(allocator, batches, 1)
                    .transform(python.evaluate(meet).parallelism(WORKERS))
                    .map(RecordBatches.closing(RecordBatch::rowCount))
                    .collectList()
                    .toFuture();
            // None goes on before all are there.
            for (int i = 0; i < WORKERS; i++) {
                arrived.await();
            }
            for (int i = 0; i < WORKERS; i++) {
                go.open();
            }
            assertEquals(
                    batches, borders.get(LIMIT.toSeconds(), TimeUnit.SECONDS).size());
        }
    }

    @Test
    void runsOnOneWorkerWhereNoOtherIs() {
        assertEquals(doubled(20), values(python(1).evaluate(DOUBLE).parallelism(WORKERS), 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void soManyAtOnceOnFourWorkers(int evaluations) {
        PythonRuntime python = python(WORKERS);
        List<List<Object>> all = Flux.range(0, evaluations)
                .flatMap(
                        i -> Batches.ranges(allocator, 40, 1)
                                .transform(python.evaluate(DOUBLE).parallelism(WORKERS))
                                .map(RecordBatches.closing(
                                        batch -> Batches.values(batch, "y").get(0)))
                                .collectList(),
                        evaluations)
                .collectList()
                .block(LIMIT);
        assertEquals(IntStream.range(0, evaluations).mapToObj(i -> doubled(40)).toList(), all);
    }

    @Test
    void chainsOfParallelEvaluationsRun() {
        PythonRuntime python = python(2);
        Udf again = Udf.of("reference:double").on("y").as("z");
        Flux<RecordBatch> chain = Batches.ranges(allocator, 40, 1)
                .transform(python.evaluate(DOUBLE).parallelism(2))
                .filter(batch -> true)
                .transform(python.evaluate(again).parallelism(2));
        assertEquals(LongStream.range(0, 40).<Object>mapToObj(x -> 4 * x).toList(), Results.values(chain, "z"));
    }

    @Test
    void anIteratorThatReadsAheadSeesAPartOnEachWorker() {
        Udf ahead = Udf.of("demand_functions:aligned_ahead").on("x").with("depth", 3);
        List<Object> values = Results.values(
                Batches.ranges(allocator, 50, 1)
                        .transform(python(WORKERS).evaluate(ahead.as("y")).parallelism(WORKERS))
                        .limitRate(1),
                "y");
        assertEquals(LongStream.rangeClosed(1, 50).<Object>mapToObj(x -> x).toList(), values);
    }

    @Test
    void aMapGivesItsBatchesAsTheyCome() {
        BatchTransform map = python(WORKERS)
                .evaluate(Udf.map("demand_functions:expand").with("times", 3))
                .parallelism(WORKERS);
        UdfException ordered = Results.failure(
                UdfException.class, Batches.ranges(allocator, 20, 1).transform(map));
        Results.assertSays(ordered, "demand_functions:expand", "unordered()");
        List<Object> values = Results.values(Batches.ranges(allocator, 40, 1).transform(map.unordered()), "x");
        assertEquals(
                LongStream.range(0, 40)
                        .boxed()
                        .flatMap(x -> LongStream.range(x, x + 3).boxed())
                        .sorted()
                        .toList(),
                values.stream().map(Long.class::cast).sorted().toList());
    }

    @Test
    void groupsAreRefused() {
        Udf grouped = Udf.groupedMap("parallels:groups").groupBy("x");
        UdfException refused = Results.failure(
                UdfException.class,
                Batches.ranges(allocator, 5, 1)
                        .transform(python(2).evaluate(grouped).parallelism(2).unordered()));
        Results.assertSays(refused, "parallelism(2)", "groups", "leave parallelism out");
    }

    @Test
    void errorsComeAfterTheResultsBeforeThemAndNameTheBatch() {
        PythonRuntime python = python(WORKERS);
        Udf raise = Udf.of("demand_functions:aligned_raise").on("x").as("y").with("value", 37);
        for (int i = 0; i < 5; i++) {
            List<Object> values = new ArrayList<>();
            PythonException error = Results.failure(
                    PythonException.class,
                    Batches.ranges(allocator, 80, 1)
                            .transform(python.evaluate(raise).parallelism(WORKERS))
                            .doOnNext(batch -> values.addAll(Batches.values(batch, "y"))));
            assertEquals(37, error.batchIndex());
            assertEquals(LongStream.rangeClosed(1, 37).<Object>mapToObj(x -> x).toList(), values);
        }
        assertEquals(doubled(20), values(python.evaluate(DOUBLE).parallelism(WORKERS), 20));
    }

    @Test
    void aLostWorkerComesInItsTurn() {
        Udf dying = Udf.of("replays:die_always").on("x").as("y").with("deadly", 23);
        int[] batches = {0};
        PythonRuntime python = python(WORKERS);
        Results.failure(
                WorkerLostException.class,
                Batches.ranges(allocator, 80, 1)
                        .transform(python.evaluate(dying).parallelism(WORKERS))
                        .doOnNext(batch -> batches[0]++));
        // What the dead worker had computed and not yet sent is lost with it.
        assertTrue(batches[0] <= 23, () -> batches[0] + " results");
        assertEquals(doubled(20), values(python.evaluate(DOUBLE).parallelism(WORKERS), 20));
    }

    @Test
    void anErrorOfUpstreamIsPassedOn() {
        RuntimeException broken = new IllegalStateException("no database");
        Flux<RecordBatch> source = Batches.ranges(allocator, 30, 1).concatWith(Flux.error(broken));
        StepVerifier.create(source.transform(python(WORKERS).evaluate(DOUBLE).parallelism(WORKERS))
                        .doOnNext(RecordBatch::close)
                        .then())
                .expectErrorMatches(error -> error == broken)
                .verify(LIMIT);
    }

    @Test
    void anErrorInsteadOfTheFirstBatchNeedsNoDemand() {
        RuntimeException broken = new IllegalStateException("no database");
        StepVerifier.create(
                        Flux.<RecordBatch>error(broken)
                                .transform(python(2).evaluate(DOUBLE).parallelism(2)),
                        0)
                .expectErrorMatches(error -> error == broken)
                .verify(LIMIT);
    }

    @Test
    void emptyUpstreamCompletes() {
        PythonRuntime python = python(2);
        assertEquals(List.of(), values(python.evaluate(DOUBLE).parallelism(2), 0));
        assertEquals(
                List.of(),
                values(python.evaluate(DOUBLE).inputSchema(Batches.RANGE_SCHEMA).parallelism(2), 0));
        assertEquals(
                doubled(9),
                values(python.evaluate(DOUBLE).inputSchema(Batches.RANGE_SCHEMA).parallelism(2), 9));
    }

    @Test
    void cancelEndsAllWorkersEvaluations() {
        PythonRuntime python = python(WORKERS);
        for (int taken = 0; taken < 12; taken++) {
            Flux<RecordBatch> endless = Flux.generate(() -> 0L, (next, sink) -> {
                sink.next(Batches.range(allocator, next, 1));
                return next + 1;
            });
            Flux<RecordBatch> some = endless.transform(python.evaluate(DOUBLE).parallelism(WORKERS))
                    .take(taken);
            assertEquals(doubled(taken), Results.values(some, "y"));
        }
        assertEquals(doubled(20), values(python.evaluate(DOUBLE).parallelism(WORKERS), 20));
    }

    @Test
    void neverMoreIsDeliveredThanRequested() {
        Random random = new Random(4);
        StepVerifier.Step<Object> steps = StepVerifier.create(
                Batches.ranges(allocator, 50, 1)
                        .transform(python(WORKERS).evaluate(DOUBLE).parallelism(WORKERS))
                        .map(RecordBatches.closing(
                                batch -> Batches.values(batch, "y").get(0))),
                0);
        int given = 0;
        while (given < 50) {
            int next = Math.min(50 - given, 1 + random.nextInt(7));
            steps = steps.thenRequest(next)
                    .expectNextSequence(doubled(given + next).subList(given, given + next));
            given += next;
        }
        steps.expectComplete().verify(LIMIT);
    }

    @Test
    void theDeadlineHoldsWhileResultsWaitForDownstream() {
        PythonRuntime python = python(2);
        python.warmUp().block(LIMIT);
        StepVerifier.create(
                        Batches.ranges(allocator, 3, 1)
                                .transform(
                                        python.evaluate(DOUBLE).parallelism(2).timeout(Duration.ofSeconds(3))),
                        0)
                .expectErrorSatisfies(error -> Results.assertSays(error, "timeout", "waited for downstream to request"))
                .verify(LIMIT);
    }

    @Test
    void whatIsNotMadeForSeveralWorkersIsRefused() {
        BatchTransform parallel = python().evaluate(DOUBLE.idempotent()).parallelism(2);
        Flux<RecordBatch> none = Flux.empty();
        assertThrows(IllegalArgumentException.class, () -> parallel.parallelism(0));
        assertThrows(IllegalArgumentException.class, () -> none.transform(parallel.replayOnWorkerLoss(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> none.transform(parallel.idleTimeout(Duration.ofSeconds(1), IdleAction.FAIL)));
    }

    /** Doubles, with a latch in the batch of that value. */
    private static BatchTransform held(PythonRuntime python, long value, Fifo entered, Fifo latch) {
        Udf hold = Udf.of("parallels:hold_at")
                .on("x")
                .as("y")
                .with("value", value)
                .with("entered", entered.name())
                .with("latch", latch.name());
        return python.evaluate(hold).parallelism(WORKERS);
    }

    private CompletableFuture<List<Object>> inOrder(BatchTransform transform, int batches) {
        return Batches.ranges(allocator, batches, 1)
                .transform(transform)
                .map(RecordBatches.closing(batch -> Batches.values(batch, "y").get(0)))
                .collectList()
                .toFuture();
    }

    private List<Object> values(BatchTransform transform, int batches) {
        return Results.values(Batches.ranges(allocator, batches, 1).transform(transform), "y");
    }

    private static List<Object> doubled(int batches) {
        return LongStream.range(0, batches).<Object>mapToObj(x -> 2 * x).toList();
    }
}
