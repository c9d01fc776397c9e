package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** K13: asynchronous functions, of which several calls are awaited at once. */
class AsyncFunctionTest extends PythonTest {

    private final Path directory;

    AsyncFunctionTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void resultsKeepTheOrderOfFlights() {
        Udf hours = Udf.scalarAsync("flight_tasks:hours").as("hours");
        List<Object> delays = Results.values(FlightsData.asTheyCame(allocator), "delay");
        List<Object> expected = new ArrayList<>();
        delays.forEach(delay -> expected.add(delay == null ? null : (Double) delay / 60));
        assertEquals(
                expected,
                Results.values(FlightsData.asTheyCame(allocator).transform(python().evaluate(hours)), "hours"));
    }

    /** So many calls run at once, which each has seen; and no more, though there is input for them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void concurrencyIsBounded(int concurrency) throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf together = Udf.scalarAsync("flight_tasks:together")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name())
                    .concurrency(concurrency);
            CompletableFuture<List<Object>> most = Batches.ranges(allocator, 6, 1)
                    .transform(ownPython().evaluate(together).window(8))
                    .map(RecordBatches.closing(
                            batch -> Batches.values(batch, "together").get(0)))
                    .collectList()
                    .toFuture();
            for (int call = 0; call < concurrency; call++) {
                entered.await();
            }
            for (int call = 0; call < 6; call++) {
                latch.open();
            }
            List<Object> seen = most.get(Results.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            assertEquals((long) concurrency, seen.get(5));
        }
    }

    /** Both calls run before either has a result, and the first's result comes though no more input does. */
    @Test
    void severalBatchesAreAwaitedAndResultsGoOutBeforeMoreInputComes() throws Exception {
        Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf slowly = Udf.scalarAsync("flight_tasks:slowly")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name())
                    .as("y");
            Flux<List<Object>> results = input.asFlux()
                    .transform(python().evaluate(slowly))
                    .map(RecordBatches.closing(batch -> Batches.values(batch, "y")));
            StepVerifier.create(results)
                    .then(() -> {
                        input.tryEmitNext(Batches.range(allocator, 1, 1)).orThrow();
                        input.tryEmitNext(Batches.range(allocator, 2, 1)).orThrow();
                        entered.await();
                        entered.await();
                        latch.open();
                        latch.open();
                    })
                    .expectNext(List.of(-1L), List.of(-2L))
                    .then(() -> input.tryEmitComplete().orThrow())
                    .expectComplete()
                    .verify(Results.LIMIT);
        }
    }

    @Test
    void heldColumnsHoldBackTheInputAndDoNotFail() {
        Udf unhurried = Udf.scalarAsync("flight_tasks:unhurried").on("x").as("y");
        BatchTransform small = python().evaluate(unhurried).maxHeldBytes(64).window(8);
        assertEquals(
                100,
                Results.values(Batches.ranges(allocator, 100, 1).transform(small), "y")
                        .size());
    }

    @Test
    void rowsAreAwaitedTogether() {
        Udf greeting = Udf.rows("flight_tasks:greeting").on("x").concurrency(50).as("greeting");
        assertEquals(
                LongStream.range(0, 300).<Object>mapToObj(x -> "flight " + x).toList(),
                Results.values(Batches.ranges(allocator, 3, 100).transform(python().evaluate(greeting)), "greeting"));
    }

    @Test
    void aCallThatRaisesCancelsTheOthers() throws Exception {
        PythonRuntime python = python();
        try (Fifo cleaned = new Fifo(directory.resolve("cleaned"))) {
            Udf refuse = Udf.scalarAsync("flight_tasks:refuse")
                    .on("x")
                    .with("value", 2)
                    .with("cleaned", cleaned.name());
            PythonException error = Results.failure(
                    PythonException.class,
                    Batches.ranges(allocator, 4, 1).concatWith(Flux.never()).transform(python.evaluate(refuse)));
            assertEquals("ValueError", error.pythonType());
            assertEquals(2, error.batchIndex());
            cleaned.await();
        }
        assertTrue(pid(python) > 0);
    }

    @Test
    void cancelEndsWhatIsAwaitedAndTheWorkerIsReused() throws Exception {
        PythonRuntime python = python();
        long before = pid(python);
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo cleaned = new Fifo(directory.resolve("cleaned"))) {
            Udf endless = Udf.scalarAsync("flight_tasks:endless")
                    .on("x")
                    .with("entered", entered.name())
                    .with("cleaned", cleaned.name());
            Disposable running = Batches.ranges(allocator, 100, 10)
                    .transform(python.evaluate(endless))
                    .subscribe(RecordBatch::close);
            for (int call = 0; call < 8; call++) {
                entered.await();
            }
            running.dispose();
            for (int call = 0; call < 8; call++) {
                cleaned.await();
            }
        }
        assertEquals(before, pid(python));
    }

    @Test
    void concurrencyIsOneAtLeast() {
        assertThrows(IllegalArgumentException.class, () -> Udf.scalarAsync("flight_tasks:hours")
                .concurrency(0));
    }

    private long pid(PythonRuntime python) {
        Udf process = Udf.of("reference:process").on("x").as("pid");
        return (Long) Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(process)), "pid")
                .get(0);
    }
}
