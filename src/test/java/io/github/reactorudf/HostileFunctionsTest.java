package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** What a function does to its process stays there, and its error arrives whatever it is like. */
@Tag("full")
class HostileFunctionsTest extends PythonTest {

    @Test
    void aProcessThatAFunctionStartedEndsWithTheRuntime() {
        PythonRuntime python = ownPython();
        List<Object> pids = Results.values(
                one().transform(python.evaluate(
                        Udf.of("hostile:child_process").on("x").as("pid"))),
                "pid");
        python.close();
        long pid = (Long) pids.get(0);
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "it goes on");
    }

    @Test
    void aWorkerIsLostAlsoWhenAForkOfItHoldsItsConnection() {
        WorkerLostException error = Results.failure(
                WorkerLostException.class,
                one().transform(python().evaluate(
                                Udf.of("hostile:die_with_a_fork").on("x"))));
        Results.assertSays(error, "exited with code 3");
    }

    @ParameterizedTest
    @CsvSource({
        "raise_long, ValueError, long long",
        "raise_surrogate, ValueError, half a character",
        "raise_unspeakable, hostile.Unspeakable, hostile.Unspeakable",
        "recurse, RecursionError, recursion"
    })
    void anErrorArrivesWhateverItIsLike(String function, String type, String words) {
        PythonRuntime python = python();
        PythonException error = Results.failure(
                PythonException.class,
                one().transform(python.evaluate(Udf.of("hostile:" + function).on("x"))));
        assertEquals(type, error.pythonType());
        Results.assertSays(error, words);
        assertEquals(List.of(1L), plusOne(python));
    }

    @Test
    void whatAFunctionPrintsDoesNotDisturbTheConnection() {
        Udf writes = Udf.of("hostile:write_to_streams").on("x").as("y").with("text", "x".repeat(100_000));
        assertEquals(
                LongStream.range(0, 50).boxed().toList(),
                Results.values(Batches.ranges(allocator, 5, 10).transform(python().evaluate(writes)), "y"));
    }

    @Test
    void anIteratorFunctionThatGivesNoIterator() {
        UdfException error = Results.failure(
                UdfException.class,
                one().transform(python().evaluate(Udf.of("hostile:no_iterator").on("x"))));
        Results.assertSays(error, "hostile:no_iterator", "None", "terator");
    }

    @Test
    void anIteratorFunctionMayGiveAList() {
        assertEquals(
                List.of(0L),
                Results.values(
                        one().transform(python().evaluate(
                                        Udf.of("hostile:a_list").on("x"))),
                        "a_list"));
    }

    @Test
    void bitsAtOddBorders() {
        Udf odd = Udf.of("hostile:odd_pairs").on("x").as("odd");
        assertEquals(
                LongStream.range(0, 77).mapToObj(x -> x % 2 == 1).toList(),
                Results.values(Batches.ranges(allocator, 7, 11).transform(python().evaluate(odd)), "odd"));
    }

    /** JSON has no NaN: it arrives as one, or is refused where it is stated. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN})
    void aConstantThatIsNoNumber(double value) {
        Udf isNan;
        try {
            isNan = Udf.of("hostile:is_nan").on("x").with("value", value);
        } catch (IllegalArgumentException e) {
            Results.assertSays(e, "value", "NaN");
            return;
        }
        assertEquals(List.of(true), Results.values(one().transform(python().evaluate(isNan)), "is_nan"));
    }

    @Test
    void aModuleThatNeverFinishesImportingEndsWithItsCancel(@TempDir Path directory) throws Exception {
        PythonRuntime python = python();
        Path file = directory.resolve("endless.py");
        try (Fifo entered = new Fifo(directory.resolve("entered"))) {
            Files.writeString(
                    file,
                    "import os, pathlib\n"
                            + "pathlib.Path(__file__).with_name('pid').write_text(str(os.getpid()))\n"
                            + "open('" + entered.name() + "', 'wb').write(b'.')\n"
                            + "while True:\n    pass\n");
            Udf endless = Udf.of(file + ":f").on("x");
            Disposable evaluation = one().transform(python.evaluate(endless)).subscribe(RecordBatch::close);
            entered.await();
            evaluation.dispose();
            awaitEnd(directory.resolve("pid"));

            RecordBatch sample = Batches.range(allocator, 0, 1);
            Disposable asking = python.resultSchema(endless, sample.schema()).subscribe();
            sample.close();
            entered.await();
            asking.dispose();
            awaitEnd(directory.resolve("pid"));
        }
        assertEquals(List.of(1L), plusOne(python));
    }

    @Test
    void anAllocatorsLimitFailsTheEvaluation() {
        try (BufferAllocator small = allocator.newChildAllocator("small", 0, 1 << 20)) {
            PythonRuntime python = python(builder().allocator(small));
            Udf plusOne = Udf.of("functions:plus_one_arrow").on("x").as("y");
            Throwable error = assertThrows(
                    RuntimeException.class,
                    () -> Results.borders(Batches.ranges(allocator, 4, 1 << 20).transform(python.evaluate(plusOne))));
            assertTrue(
                    error instanceof UdfException || error instanceof OutOfMemoryException,
                    () -> "not typed: " + error);
            Results.assertSays(error, "limit");
            python.close();
        }
    }

    @Test
    void aSourceThatGivesMoreThanWasAskedFor() {
        Flux<RecordBatch> pushy = Flux.from(subscriber -> {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            for (int i = 0; i < 100; i++) {
                subscriber.onNext(Batches.range(allocator, i, 1));
            }
            subscriber.onComplete();
        });
        IllegalStateException error = Results.failure(
                IllegalStateException.class,
                pushy.transform(python().evaluate(Udf.of("functions:plus_one").on("x"))));
        Results.assertSays(error, "more batches than were requested");
    }

    @Test
    void twoColumnsOfOneName() {
        Flux<RecordBatch> twice = Flux.defer(() -> Flux.just(Columns.batch(
                Columns.int64(allocator, "x", 1L),
                Columns.int64(allocator, "x", 2L),
                Columns.int64(allocator, "z", 3L))));
        PythonRuntime python = python();
        UdfException error = Results.failure(
                UdfException.class,
                twice.transform(python.evaluate(Udf.of("functions:plus_one").on("x"))));
        Results.assertSays(error, "x", "several");
        assertEquals(
                List.of(4L),
                Results.values(
                        twice.transform(python.evaluate(
                                Udf.of("functions:plus_one").on("z").as("y"))),
                        "y"));
    }

    private static void awaitEnd(Path pidFile) throws Exception {
        long pid = Long.parseLong(Files.readString(pidFile));
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(Results.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        Files.delete(pidFile);
    }

    private Flux<RecordBatch> one() {
        return Flux.defer(() -> Flux.just(Batches.of(allocator, Map.of("x", List.of(0L)))));
    }

    private List<Object> plusOne(PythonRuntime python) {
        Udf plusOne = Udf.of("functions:plus_one").on("x").as("y");
        return Results.values(one().transform(python.evaluate(plusOne)), "y");
    }
}
