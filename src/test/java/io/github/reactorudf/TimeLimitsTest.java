package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Time limits: on a function that runs, on an evaluation that waits, on all of it. */
@Tag("full")
class TimeLimitsTest extends PythonTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Udf PROCESS = Udf.of("hangs:process").on("x").as("pid");

    private final Path directory;

    TimeLimitsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aFunctionThatHangsInALaterBatchFailsWithTheBatchesBefore() {
        Udf hanging = Udf.of("hangs:hang_in_third").on("x").as("y");
        int[] rows = {0};
        UdfTimeoutException error = Results.failure(
                UdfTimeoutException.class,
                Batches.ranges(allocator, 5, 10)
                        .transform(python().evaluate(hanging).batchTimeout(SHORT))
                        .doOnNext(batch -> rows[0] += batch.rowCount()));
        assertEquals(20, rows[0]);
        Results.assertSays(error, "hangs:hang_in_third", "300 ms", "batchTimeout", "in sleep (hangs.py:");
        assertTrue(error.pythonStack().contains("in hang_in_third"), error.pythonStack());
    }

    /** The end of the input, for which it waited, lets it go on: it has no input and no output left, and runs. */
    @Test
    void aFunctionThatHangsOnceItsInputHasEnded() {
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        try (LogLines log = new LogLines()) {
            BatchTransform hanging = python().evaluate(
                            Udf.of("hangs:hang_at_the_end").on("x"))
                    .batchTimeout(SHORT)
                    .idleTimeout(SHORT, IdleAction.WARN);
            StepVerifier.create(input.asFlux().transform(hanging).map(RecordBatches.closing(RecordBatch::rowCount)))
                    .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 3)))
                    .expectNext(3)
                    .then(() -> log.await("waiting for a batch of upstream", 1))
                    .then(input::tryEmitComplete)
                    .expectErrorSatisfies(error -> Results.assertSays(error, "batchTimeout", "in sleep (hangs.py:"))
                    .verify(LIMIT);
        }
    }

    /** A batch taken is progress as well as one given. */
    @Test
    void aFunctionThatTakesBatchesAndGivesNoneIsNotHanging() {
        Flux<RecordBatch> slow = Batches.ranges(allocator, 10, 1).delayElements(SHORT.dividedBy(3));
        Flux<RecordBatch> evaluated = slow.transform(
                python().evaluate(Udf.of("hangs:read_without_end")).batchTimeout(SHORT));
        assertEquals(List.of(), Results.borders(evaluated));
    }

    /** F3. */
    @Test
    void waitingForUpstreamIsIdleAndNotHanging() {
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        String idle = "waiting for a batch of upstream";
        try (LogLines log = new LogLines()) {
            BatchTransform process =
                    python().evaluate(PROCESS).batchTimeout(SHORT).idleTimeout(SHORT.multipliedBy(2), IdleAction.WARN);
            StepVerifier.create(input.asFlux().transform(process).map(RecordBatches.closing(RecordBatch::rowCount)))
                    .then(() -> log.await(idle, 1))
                    .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 3)))
                    .expectNext(3)
                    .then(() -> log.await(idle, 2))
                    .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 4)))
                    .expectNext(4)
                    .then(input::tryEmitComplete)
                    .expectComplete()
                    .verify(LIMIT);
            assertTrue(log.with(idle).get(0).contains("WARN"), log.with(idle)::toString);
            assertTrue(log.with(idle).get(0).contains("hangs:process"), log.with(idle)::toString);
        }
    }

    /** F3. */
    @Test
    void waitingForDownstreamIsIdleAndNotHanging() {
        String idle = "waiting for downstream to request";
        try (LogLines log = new LogLines()) {
            BatchTransform process =
                    python().evaluate(PROCESS).batchTimeout(SHORT).idleTimeout(SHORT.multipliedBy(2), IdleAction.WARN);
            Flux<Integer> rows = Batches.ranges(allocator, 5, 3)
                    .transform(process)
                    .map(RecordBatches.closing(RecordBatch::rowCount));
            StepVerifier.create(rows, 0)
                    .then(() -> log.await(idle, 1))
                    .thenRequest(1)
                    .expectNext(3)
                    .then(() -> log.await(idle, 2))
                    .thenRequest(4)
                    .expectNext(3, 3, 3, 3)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    /** F3. */
    @Test
    void idlenessFailsWhereThatIsAskedForAndTheWorkerIsReused() {
        PythonRuntime python = python();
        Object before = pid(python);
        BatchTransform impatient = python.evaluate(PROCESS).idleTimeout(SHORT, IdleAction.FAIL);
        UdfTimeoutException never = Results.failure(
                UdfTimeoutException.class, Flux.<RecordBatch>never().transform(impatient));
        Results.assertSays(never, "hangs:process", "300 ms", "idleTimeout", "upstream");
        UdfTimeoutException notAgain = Results.failure(
                UdfTimeoutException.class,
                Batches.ranges(allocator, 1, 1).concatWith(Flux.never()).transform(impatient));
        Results.assertSays(notAgain, "upstream");
        StepVerifier.create(
                        Batches.ranges(allocator, 2, 1)
                                .transform(impatient)
                                .map(RecordBatches.closing(RecordBatch::rowCount)),
                        1)
                .expectNext(1)
                .expectErrorSatisfies(error -> Results.assertSays(error, "idleTimeout", "downstream"))
                .verify(LIMIT);
        assertEquals(before, pid(python));
        assertEquals("", notAgain.pythonStack());
    }

    @Test
    void aDeadlineCoversTheWaitForAWorker() throws Exception {
        PythonRuntime python = python();
        AtomicBoolean subscribed = new AtomicBoolean();
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf hold = Udf.of("operators:hold")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name());
            Disposable holding = Batches.ranges(allocator, 1, 1)
                    .transform(python.evaluate(hold))
                    .subscribe(RecordBatch::close);
            entered.await();
            UdfTimeoutException error = Results.failure(
                    UdfTimeoutException.class,
                    Batches.ranges(allocator, 1, 1)
                            .doOnSubscribe(subscription -> subscribed.set(true))
                            .transform(python.evaluate(PROCESS).timeout(SHORT)));
            Results.assertSays(error, "hangs:process", "300 ms", "(timeout)", "waited for a worker");
            latch.open();
            pid(python);
            holding.dispose();
        }
        assertFalse(subscribed.get());
    }

    @Test
    void aDeadlineCoversImportsAndTheWorkerIsReplaced() throws Exception {
        PythonRuntime python = python();
        Object before = pid(python);
        UdfTimeoutException error = Results.failure(
                UdfTimeoutException.class,
                Batches.ranges(allocator, 1, 1)
                        .transform(python.evaluate(endlessImport()).timeout(SHORT)));
        Results.assertSays(error, "(timeout)", "importing and preparing", "endless.py:");
        assertNotEquals(before, pid(python));
    }

    @Test
    void aDeadlineCoversTheEvaluation() {
        PythonRuntime python = python();
        pid(python);
        Udf hang = Udf.of("hangs:hang").on("x").with("how", "sleep");
        UdfTimeoutException error = Results.failure(
                UdfTimeoutException.class,
                Batches.ranges(allocator, 1, 1).transform(python.evaluate(hang).timeout(Duration.ofSeconds(2))));
        Results.assertSays(error, "(timeout)", "it was evaluating", "in sleep (hangs.py:");
    }

    @Test
    void aDeadlineCoversWhatDownstreamDoesNotTake() {
        PythonRuntime python = python();
        Object before = pid(python);
        StepVerifier.create(
                        Batches.ranges(allocator, 2, 1)
                                .transform(python.evaluate(PROCESS).timeout(SHORT)),
                        0)
                .expectErrorSatisfies(error -> Results.assertSays(error, "(timeout)", "downstream"))
                .verify(LIMIT);
        assertEquals(before, pid(python));
    }

    @Test
    void theEarlierOneOfContextAndTimeoutIsTheDeadline() {
        PythonRuntime python = python();
        pid(python);
        Flux<RecordBatch> waiting =
                Flux.<RecordBatch>never().transform(python.evaluate(PROCESS).timeout(LONG));
        Results.assertSays(
                Results.failure(
                        UdfTimeoutException.class,
                        waiting.contextWrite(
                                c -> c.put(PythonRuntime.DEADLINE, Instant.now().plus(SHORT)))),
                "(DEADLINE)",
                "first batch of upstream");
        Flux<RecordBatch> soon =
                Flux.<RecordBatch>never().transform(python.evaluate(PROCESS).timeout(SHORT));
        Results.assertSays(
                Results.failure(
                        UdfTimeoutException.class,
                        soon.contextWrite(
                                c -> c.put(PythonRuntime.DEADLINE, Instant.now().plus(LONG)))),
                "(timeout)");
        Results.assertSays(
                Results.failure(
                        UdfTimeoutException.class,
                        waiting.contextWrite(c -> c.put(PythonRuntime.DEADLINE, Instant.EPOCH))),
                "(DEADLINE)",
                "waited for a worker");
        Results.assertSays(
                Results.failure(
                        IllegalArgumentException.class,
                        waiting.contextWrite(c -> c.put(PythonRuntime.DEADLINE, "tomorrow"))),
                "java.lang.String",
                "java.time.Instant");
    }

    /** The runtime's time is the real one: virtual time neither brings a limit about nor holds it up. */
    @Test
    void virtualTimeIsNotTheirs() {
        PythonRuntime python = python();
        pid(python);
        UnaryOperator<BatchTransform> patient =
                process -> process.timeout(LONG).batchTimeout(LONG).idleTimeout(LONG, IdleAction.FAIL);
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier.withVirtualTime(() -> input.asFlux()
                        .transform(patient.apply(python.evaluate(PROCESS)))
                        .map(RecordBatches.closing(RecordBatch::rowCount)))
                .expectSubscription()
                .thenAwait(LONG.multipliedBy(2))
                .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 3)))
                .expectNext(3)
                .then(input::tryEmitComplete)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.withVirtualTime(() -> Flux.<RecordBatch>never()
                        .transform(python.evaluate(PROCESS).timeout(SHORT)))
                .expectSubscription()
                .expectError(UdfTimeoutException.class)
                .verify(LIMIT);
    }

    @Test
    void importsHaveALimitOfTheirOwn() throws Exception {
        PythonRuntime python = python(builder().prepareTimeout(Duration.ofSeconds(2)));
        Object before = pid(python);
        Udf endless = endlessImport();
        UdfTimeoutException evaluated = Results.failure(
                UdfTimeoutException.class, Batches.ranges(allocator, 1, 1).transform(python.evaluate(endless)));
        Results.assertSays(evaluated, "endless.py:f", "2000 ms", "prepareTimeout", "<module> (endless.py:");
        Object between = pid(python);
        assertNotEquals(before, between);
        Throwable asked = python.resultSchema(endless, Batches.RANGE_SCHEMA)
                .<Throwable>map(schema -> new AssertionError(schema))
                .onErrorResume(Mono::just)
                .block(LIMIT);
        assertEquals(UdfTimeoutException.class, asked.getClass());
        Results.assertSays(asked, "endless.py:f", "2000 ms", "prepareTimeout", "<module> (endless.py:");
        assertNotEquals(between, pid(python));
    }

    private Udf endlessImport() throws Exception {
        Path file = directory.resolve("endless.py");
        Files.writeString(file, "import time\n\ndef f(x):\n    return x\n\ntime.sleep(86400)\n");
        return Udf.scalar(file + ":f").on("x").returns("int64");
    }

    private Object pid(PythonRuntime python) {
        return Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(PROCESS)), "pid")
                .get(0);
    }
}
