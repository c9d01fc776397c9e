package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** The ends that are not the worker's own: cancels, and errors of upstream. */
class CancelTest extends PythonTest {

    private final Path directory;

    CancelTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** F2. */
    @ParameterizedTest
    @ValueSource(strings = {"spin", "grind", "stubborn"})
    void inALongComputationIsSilentAndTheWorkerIsReplaced(String function) throws Exception {
        PythonRuntime python = python();
        Object before = pid(python);
        Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();
        Hooks.onErrorDropped(dropped::add);
        PrintStream log = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (Fifo entered = new Fifo(directory.resolve("entered"))) {
            Udf endless = Udf.of("operators:" + function).on("x").with("entered", entered.name());
            Disposable running = Batches.ranges(allocator, 100, 10)
                    .transform(python.evaluate(endless))
                    .subscribe(RecordBatch::close);
            entered.await();
            running.dispose();
            assertNotEquals(before, pid(python));
        } finally {
            System.setErr(log);
            Hooks.resetOnErrorDropped();
        }
        assertEquals(List.of(), List.copyOf(dropped));
        String text = logged.toString(StandardCharsets.UTF_8);
        assertFalse(text.contains("ERROR") || text.contains("WARN"), text);
    }

    @Test
    void betweenBatchesLeavesTheWorkerInUse() {
        PythonRuntime python = python();
        Object before = pid(python);
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier.create(input.asFlux()
                        .transform(python.evaluate(process()))
                        .map(RecordBatches.closing(batch -> Batches.values(batch, "pid"))))
                .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 1)))
                .expectNext(List.of(before))
                .thenCancel()
                .verify(LIMIT);
        assertEquals(before, pid(python));
    }

    @Test
    void atAnyEarlyMomentLeavesNothingBehind() {
        PythonRuntime python = python();
        for (int batches = 0; batches < 20; batches++) {
            Flux<RecordBatch> evaluated = Batches.ranges(allocator, 100, 10).transform(python.evaluate(process()));
            evaluated.subscribe(RecordBatch::close).dispose();
            Results.borders(evaluated.take(batches));
        }
        pid(python);
    }

    /** F1. */
    @Test
    void anErrorOfUpstreamIsPassedOnWhilePythonWaitsForInput() {
        PythonRuntime python = python();
        Object before = pid(python);
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        IllegalStateException broken = new IllegalStateException("the database is gone");
        StepVerifier.create(input.asFlux()
                        .transform(python.evaluate(process()))
                        .map(RecordBatches.closing(batch -> Batches.values(batch, "pid"))))
                .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 1)))
                .expectNext(List.of(before))
                .then(() -> input.tryEmitError(broken))
                .expectErrorSatisfies(error -> assertEquals(broken, error))
                .verify(LIMIT);
        assertEquals(before, pid(python), "the worker was not reused");
    }

    @Test
    void anErrorOfUpstreamBeforeItsFirstBatchIsPassedOn() {
        PythonRuntime python = python();
        IllegalStateException broken = new IllegalStateException("no database");
        StepVerifier.create(Flux.<RecordBatch>error(broken).transform(python.evaluate(process())))
                .expectErrorSatisfies(error -> assertEquals(broken, error))
                .verify(LIMIT);
        pid(python);
    }

    private static Udf process() {
        return Udf.of("operators:process_of_iterator").on("x").as("pid");
    }

    private Object pid(PythonRuntime python) {
        return Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(process())), "pid")
                .get(0);
    }
}
