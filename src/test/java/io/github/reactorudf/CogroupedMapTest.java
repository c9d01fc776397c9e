package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.WireTap.Crossing;
import io.github.reactorudf.protocol.FrameType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** K10: functions of two inputs, which are merged by their keys, each at its own demand. */
class CogroupedMapTest extends PythonTest {

    private static final Path FLIGHTS = Path.of("../../samples/flights/src/main/resources/flights.parquet");
    private static final Udf SIDES = Udf.cogroupedMap("cogroups:sides").groupBy("k");

    @TempDir
    static Path directory;

    /** The flights, a weather, and what pandas makes of both at once. */
    @BeforeAll
    static void writeData() throws IOException, InterruptedException {
        ProcessBuilder python = new ProcessBuilder(
                VENV.resolve("bin/python").toString(),
                MODULES.resolve("cogroups.py").toString(),
                FLIGHTS.toString(),
                directory.toString());
        python.environment().put("PYTHONPATH", "../../python-worker/src");
        Process process = python.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    @ParameterizedTest
    @CsvSource({"windy, 4", "windy_arrow, 1"})
    void flightsMeetTheWeatherOfTheirDay(String function, int window) {
        Udf windy = Udf.cogroupedMap("cogroups:" + function).groupBy("origin", "month", "day");
        Flux<RecordBatch> evaluated = read("flights")
                .transform(python().evaluate(windy).right(read("weather")).window(window));
        Map<String, List<Object>> expected = columns(read("expected"));
        assertEquals(expected, columns(evaluated));
        assertTrue(expected.get("flights").contains(0L), "no day without flights");
        assertTrue(expected.get("hours").contains(0L), "no day without weather");
    }

    @Test
    void otherKeysAndAnyOrder() {
        Flux<RecordBatch> right = Flux.range(0, 2)
                .map(i -> Columns.batch(
                        i == 0
                                ? Columns.int64(allocator, "key", 3L, null, 1L)
                                : Columns.int64(allocator, "key", 3L, 2L)));
        Udf collected = SIDES.groupRightBy("key").collect(1 << 20);
        Map<String, List<Object>> found = columns(Flux.concat(keys(2L, 3L), keys(2L))
                .transform(python().evaluate(collected).right(right)));
        assertEquals(Arrays.<Object>asList(1L, 2L, 3L, null), found.get("k"));
        assertEquals(List.of(0L, 2L, 1L, 0L), found.get("left"));
        assertEquals(List.of(1L, 1L, 2L, 1L), found.get("right"));
    }

    @Test
    void aKeyOutOfOrderIsAnError() {
        Flux<RecordBatch> evaluated =
                keys(1L, 2L).transform(python().evaluate(SIDES).right(Flux.concat(keys(2L), keys(1L))));
        Results.assertSays(
                Results.failure(UdfException.class, evaluated),
                "cogroups:sides",
                "a key of the right one comes after a greater one",
                "sort both streams ascending by the key, NaNs and then nulls last, or collect them by collect(...)");
    }

    /** Each side is sent its own window, whatever becomes of the other. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void neitherSideGoesBeyondItsWindow(int window) {
        WireTap tap = new WireTap();
        PythonRuntime python = python(builder().socketBuffer(4 << 10).onConnected(tap::install));
        Flux<RecordBatch> evaluated = multiples(40, 500, 2)
                .transform(python.evaluate(SIDES).right(multiples(60, 700, 3)).window(window));
        assertEquals(
                LongStream.range(0, 180)
                        .filter(key -> (key % 2 == 0 && key < 80) || key % 3 == 0)
                        .boxed()
                        .toList(),
                Results.values(evaluated, "k"));
        for (boolean right : List.of(false, true)) {
            long most = mostUnderWay(tap.crossings(), right);
            assertTrue(most <= window, () -> most + " under way of " + window);
        }
    }

    private static long mostUnderWay(List<Crossing> crossings, boolean right) {
        long underWay = 0;
        long most = 0;
        for (Crossing crossing : crossings) {
            if (((crossing.flags() & 2) != 0) != right) {
                continue;
            }
            if (crossing.outgoing() && crossing.type() == FrameType.PAYLOAD) {
                most = Math.max(most, ++underWay);
            } else if (!crossing.outgoing() && crossing.type() == FrameType.REQUEST_N) {
                underWay -= crossing.granted().batches();
            }
        }
        return most;
    }

    /** The left side has sent all it may before the right one gives its second batch: neither keeps the other off. */
    @Test
    void aSlowRightSide() {
        WireTap tap = new WireTap();
        CountDownLatch leftSent = new CountDownLatch(3);
        tap.onFlushed(frame -> {
            if (frame.type() == FrameType.PAYLOAD && (frame.flags() & 2) == 0) {
                leftSent.countDown();
            }
        });
        Sinks.Many<RecordBatch> right = Sinks.many().unicast().onBackpressureBuffer();
        PythonRuntime python = python(builder().socketBuffer(4 << 10).onConnected(tap::install));
        Flux<Object> keys = multiples(5, 1 << 16, 1)
                .transform(python.evaluate(SIDES).right(right.asFlux()).window(2))
                .concatMapIterable(RecordBatches.closing(batch -> Batches.values(batch, "right")));
        StepVerifier.create(keys)
                .then(() -> right.tryEmitNext(key(0L)))
                .then(() -> await(leftSent))
                .then(() -> right.tryEmitNext(key(0L)))
                .then(() -> right.tryEmitNext(key(3L)))
                .then(right::tryEmitComplete)
                .expectNext(2L, 0L, 0L, 1L, 0L)
                .expectComplete()
                .verify(LIMIT);
    }

    /** One group for one request, while the sources have many more. */
    @Test
    void downstreamIsGivenWhatItAsksFor() {
        Flux<Object> keys = multiples(50, 1, 1)
                .transform(python().evaluate(SIDES).right(multiples(50, 1, 1)))
                .map(RecordBatches.closing(batch -> Batches.values(batch, "k")));
        StepVerifier.create(keys, 0)
                .thenRequest(1)
                .expectNext(List.of(0L))
                .thenRequest(2)
                .expectNext(List.of(1L), List.of(2L))
                .thenCancel()
                .verify(LIMIT);
    }

    /** On either side: the other one is cancelled, and the worker is used again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anErrorOfUpstreamIsPassedOn(boolean inRight) {
        PythonRuntime python = python();
        CountDownLatch cancelled = new CountDownLatch(1);
        // The other side might not be subscribed to at all if this one failed before.
        Sinks.Empty<RecordBatch> bothThere = Sinks.empty();
        Mono<RecordBatch> error = Mono.error(new IllegalStateException("upstream"));
        Flux<RecordBatch> failing = Flux.concat(keys(1L), bothThere.asMono().switchIfEmpty(error));
        Flux<RecordBatch> endless = Flux.concat(keys(1L), Flux.never())
                .doOnSubscribe(subscription -> bothThere.tryEmitEmpty())
                .doOnCancel(cancelled::countDown);
        Flux<RecordBatch> evaluated =
                (inRight ? endless : failing).transform(python.evaluate(SIDES).right(inRight ? failing : endless));
        assertEquals(
                "upstream",
                Results.failure(IllegalStateException.class, evaluated).getMessage());
        await(cancelled);
        assertWorks(python);
    }

    @Test
    void aFunctionThatRaisesCancelsBothSides() {
        PythonRuntime python = python();
        CountDownLatch cancelled = new CountDownLatch(2);
        Flux<RecordBatch> endless = Flux.concat(keys(1L, 2L), Flux.never()).doOnCancel(cancelled::countDown);
        Udf failing = Udf.cogroupedMap("cogroups:failing").groupBy("k");
        PythonException error = Results.failure(
                PythonException.class,
                endless.transform(python.evaluate(failing).right(endless)));
        Results.assertSays(error, "1 and 1");
        await(cancelled);
        assertWorks(python);
    }

    @Test
    void cancelCancelsBothSides() {
        PythonRuntime python = python();
        CountDownLatch cancelled = new CountDownLatch(2);
        Flux<RecordBatch> endless = Flux.concat(keys(1L, 2L), Flux.never()).doOnCancel(cancelled::countDown);
        Flux<RecordBatch> evaluated = endless.transform(python.evaluate(SIDES).right(endless));
        assertEquals(
                1, evaluated.map(RecordBatches.closing(RecordBatch::rowCount)).blockFirst(LIMIT));
        await(cancelled);
        assertWorks(python);
    }

    /** One side's first batch has not come: there is nothing to prepare yet. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelBeforeBothSchemasAreKnown(boolean inRight) {
        PythonRuntime python = python();
        CountDownLatch asked = new CountDownLatch(2);
        Flux<RecordBatch> silent = Flux.<RecordBatch>never().doOnRequest(n -> asked.countDown());
        Flux<RecordBatch> one = Flux.concat(keys(1L), Flux.never()).doOnNext(batch -> asked.countDown());
        Disposable evaluation = (inRight ? one : silent)
                .transform(python.evaluate(SIDES).right(inRight ? silent : one))
                .subscribe(RecordBatch::close);
        await(asked);
        evaluation.dispose();
        assertWorks(python);
    }

    @Test
    void eachEvaluationSubscribesToBothAnew() {
        AtomicInteger subscriptions = new AtomicInteger();
        Flux<RecordBatch> right = keys(1L).doOnSubscribe(subscription -> subscriptions.incrementAndGet());
        Flux<RecordBatch> evaluated =
                keys(1L).transform(python().evaluate(SIDES).right(right));
        for (int i = 1; i <= 2; i++) {
            assertEquals(List.of(1L), Results.values(evaluated, "right"));
            assertEquals(i, subscriptions.get());
        }
    }

    @Test
    void emptySides() {
        PythonRuntime python = python();
        BatchTransform sides = python.evaluate(SIDES);
        Schema schema = schema();
        Flux<RecordBatch> none = Flux.empty();
        assertEquals(List.of(), Results.borders(none.transform(sides.right(none))));
        assertEquals(
                List.of(),
                Results.borders(none.transform(sides.inputSchema(schema).right(none, schema))));
        assertEquals(List.of(0L, 0L), Results.values(keys(1L, 2L).transform(sides.right(none, schema)), "right"));
        assertEquals(
                List.of(0L, 0L),
                Results.values(none.transform(sides.inputSchema(schema).right(keys(1L, 2L))), "left"));
        Results.assertSays(
                Results.failure(UdfException.class, keys(1L).transform(sides.right(none))),
                "the right input of cogroups:sides is empty, and its schema is not known: say it by right(source,");
        Results.assertSays(
                Results.failure(UdfException.class, none.transform(sides.right(keys(1L)))),
                "the left input of cogroups:sides is empty, and its schema is not known: say it by inputSchema(");
        assertWorks(python);
    }

    @Test
    void aSideWithoutTheKeyHasTheSameTypes() {
        Flux<RecordBatch> rows = Flux.range(0, 1)
                .map(i -> Columns.batch(
                        Columns.int64(allocator, "k", 1L),
                        Columns.float64(allocator, "x", 0.5),
                        Columns.bool(allocator, "b", true)));
        Udf types = Udf.cogroupedMap("cogroups:types").groupBy("k");
        Schema schema = rows.map(RecordBatches.closing(RecordBatch::schema)).blockFirst(LIMIT);
        BatchTransform evaluate = python().evaluate(types);
        Flux<RecordBatch> none = Flux.empty();
        List<Object> expected = List.of("Int64 float64 boolean Int64 float64 boolean");
        assertEquals(expected, Results.values(rows.transform(evaluate.right(none, schema)), "types"));
        assertEquals(
                expected,
                Results.values(none.transform(evaluate.inputSchema(schema).right(rows)), "types"));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        PythonRuntime python = python();
        Results.assertSays(
                Results.failure(UdfException.class, keys(1L).transform(python.evaluate(SIDES))),
                "cogroups:sides",
                "reads two inputs: give the second by right(...)");
        Results.assertSays(
                Results.failure(
                        UdfException.class,
                        Batches.ranges(allocator, 1, 1)
                                .transform(python.evaluate(Udf.of("functions:plus_one"))
                                        .right(keys(1L)))),
                "functions:plus_one",
                "reads one input: leave right(...) out");
        Results.assertSays(
                Results.failure(
                        UdfException.class,
                        keys(1L).transform(python.evaluate(SIDES.idempotent())
                                .right(keys(1L))
                                .replayOnWorkerLoss(1))),
                "leave replayOnWorkerLoss out");
        Results.assertSays(
                Results.failure(
                        UdfException.class,
                        keys(1L).transform(python.evaluate(SIDES).right(Batches.ranges(allocator, 1, 1)))),
                "which the right input does not have",
                "groupRightBy(...)");
    }

    @Test
    void theSchemaOfTheResult() {
        PythonRuntime python = python();
        Schema result = python.resultSchema(SIDES, schema(), schema()).block(LIMIT);
        assertEquals(
                List.of("k", "left", "right"),
                result == null
                        ? null
                        : result.getFields().stream().map(Field::getName).toList());
        StepVerifier.create(python.resultSchema(SIDES, schema()))
                .expectErrorSatisfies(error -> Results.assertSays(error, "reads two inputs"))
                .verify(LIMIT);
    }

    /** What follows is one trip with it; what comes before, on either side, has a worker of its own. */
    @Test
    void evaluationsBeforeAndAfter() {
        WireTap tap = new WireTap();
        PythonRuntime python = python(builder().workers(2).onConnected(tap::install));
        BatchTransform plusOne =
                python.evaluate(Udf.of("functions:plus_one").on("x").as("k"));
        Flux<RecordBatch> before = Batches.ranges(allocator, 2, 3).transform(plusOne);
        BatchTransform after =
                python.evaluate(Udf.of("functions:plus_one").on("right").as("more"));
        assertEquals(
                List.of(2L, 2L, 2L, 2L, 2L, 2L),
                Results.values(
                        before.transform(python.evaluate(SIDES).right(before)).transform(after), "more"));
        assertEquals(
                3,
                tap.crossings().stream()
                        .filter(crossing -> crossing.type() == FrameType.SETUP)
                        .count());
    }

    /** F3, of a side for which user code waits while the other has given. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitingForOneSideIsIdleAndNotHanging(boolean forRight) {
        Flux<RecordBatch> silent = Flux.concat(keys(1L), Flux.never());
        BatchTransform sides = python().evaluate(SIDES)
                .batchTimeout(Duration.ofMillis(300))
                .idleTimeout(Duration.ofMillis(900), IdleAction.FAIL);
        Flux<RecordBatch> evaluated =
                (forRight ? multiples(9, 1, 1) : silent).transform(sides.right(forRight ? silent : multiples(9, 1, 1)));
        Results.assertSays(
                Results.failure(UdfTimeoutException.class, evaluated),
                "idleTimeout",
                "waiting for a batch of upstream");
    }

    @Test
    void aFunctionThatHangsFails() throws Exception {
        try (Fifo reached = new Fifo(directory.resolve("reached"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf hanging = Udf.cogroupedMap("cogroups:hanging")
                    .groupBy("k")
                    .with("reached", reached.name())
                    .with("latch", latch.name());
            BatchTransform limited = python().evaluate(hanging).batchTimeout(Duration.ofMillis(300));
            UdfTimeoutException error =
                    Results.failure(UdfTimeoutException.class, keys(1L).transform(limited.right(keys(1L, 2L))));
            Results.assertSays(error, "batchTimeout", "in wait (latches.py:");
        }
    }

    private void assertWorks(PythonRuntime python) {
        assertEquals(
                List.of(1L, 1L, 0L),
                Results.values(keys(1L, 2L).transform(python.evaluate(SIDES).right(keys(1L, 3L))), "left"));
    }

    private Flux<RecordBatch> read(String name) {
        return RecordBatches.readFile(directory.resolve(name + ".arrow"), allocator);
    }

    private static Map<String, List<Object>> columns(Flux<RecordBatch> batches) {
        Map<String, List<Object>> columns = new LinkedHashMap<>();
        batches.map(RecordBatches.closing(batch -> {
                    for (Field field : batch.schema().getFields()) {
                        columns.computeIfAbsent(field.getName(), name -> new ArrayList<>())
                                .addAll(Batches.values(batch, field.getName()));
                    }
                    return batch.rowCount();
                }))
                .blockLast(LIMIT);
        return columns;
    }

    private RecordBatch key(Long... keys) {
        return Columns.batch(Columns.int64(allocator, "k", keys));
    }

    /** One batch of these keys, made when it is asked for. */
    private Flux<RecordBatch> keys(Long... keys) {
        return Flux.range(0, 1).map(i -> key(keys));
    }

    /** A batch of so many rows for each of the first multiples. */
    private Flux<RecordBatch> multiples(int batches, int rows, long multiple) {
        return Flux.range(0, batches).map(i -> {
            Long[] keys = new Long[rows];
            Arrays.fill(keys, i * multiple);
            return key(keys);
        });
    }

    private Schema schema() {
        try (RecordBatch batch = key(1L)) {
            return batch.schema();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "waited too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
