package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Libraries with threads of their own, which a fork at the wrong moment would hang: functions that use them, and
 * modules that call them while they are imported, complete on several workers, however these start.
 */
@Tag("full")
class LibrariesTest extends PythonTest {

    private static final PythonEnvironment LIBRARIES =
            PythonEnvironment.managed("pyarrow", "pandas", "scikit-learn", "lightgbm", "polars", "onnxruntime", "onnx");
    private static final List<String> MODULES =
            List.of("with_sklearn", "with_lightgbm", "with_polars", "with_onnxruntime");
    private static final int WORKERS = 4;

    @BeforeAll
    static void makeTheEnvironment() {
        LIBRARIES.interpreter(Schedulers.boundedElastic()).block(Duration.ofMinutes(15));
    }

    @ParameterizedTest
    @EnumSource
    void completeOnSeveralWorkers(StartMode mode) {
        assertComplete(Workers.local(WORKERS).startMode(mode));
    }

    @Test
    void thatBearAForkAreForkedWhenPreloaded() {
        String log = assertComplete(Workers.local(WORKERS).preload("sklearn.ensemble", "lightgbm"));
        assertFalse(log.contains("start cold"), log);
    }

    @Test
    void thatLeaveThreadsWhenPreloadedAreNamedAndStartCold() {
        String log = assertComplete(Workers.local(WORKERS).preload("polars"));
        assertTrue(log.matches("(?s).*preload of 'polars' leaves \\d+ threads running; workers start cold.*"), log);
    }

    @Test
    void estimatorsFitAndPredictOnTheDefaultDtypes() {
        PythonRuntime python = python(builder().environment(LIBRARIES));
        Flux<RecordBatch> fitted = Batches.ranges(allocator, 1, 5)
                .transform(python.evaluate(Udf.of("with_sklearn:fitted").on("x").as("y")));
        assertEquals(List.of(0.0, 1.0, 2.0, 3.0, 4.0), Results.values(fitted, "y"));
    }

    /** Returns what was logged meanwhile. */
    private String assertComplete(Workers workers) {
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        PrintStream log = System.err;
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            PythonRuntime python = python(builder().environment(LIBRARIES).workers(workers));
            MODULES.forEach(module -> assertCompletes(python, module));
        } finally {
            System.setErr(log);
        }
        return logged.toString(StandardCharsets.UTF_8);
    }

    private void assertCompletes(PythonRuntime python, String module) {
        Sinks.Empty<Void> allAnswered = Sinks.empty();
        AtomicInteger answered = new AtomicInteger();
        Set<List<Object>> scores = new HashSet<>();
        Set<Object> processes = new HashSet<>();
        Flux.range(0, WORKERS)
                .flatMap(
                        evaluation -> {
                            List<Object> all = new ArrayList<>();
                            return evaluation(python, module, allAnswered.asMono())
                                    .map(RecordBatches.closing(batch -> {
                                        processes.addAll(Batches.values(batch, "pid"));
                                        all.addAll(Batches.values(batch, "score"));
                                        // Each keeps its worker until every other one has one that computes.
                                        if (answered.incrementAndGet() == WORKERS) {
                                            allAnswered.tryEmitEmpty();
                                        }
                                        return all.size();
                                    }))
                                    .doOnComplete(() -> scores.add(all));
                        },
                        WORKERS)
                .blockLast(Results.LIMIT);
        assertEquals(WORKERS, processes.size(), module);
        assertEquals(1, scores.size(), module);
        assertEquals(200, scores.iterator().next().size(), module);
    }

    private Flux<RecordBatch> evaluation(PythonRuntime python, String module, Mono<Void> allAnswered) {
        Flux<RecordBatch> first = Batches.ranges(allocator, 1, 100);
        Flux<RecordBatch> second = Batches.ranges(allocator, 1, 100).delaySubscription(allAnswered);
        return Flux.concat(first, second)
                .transform(python.evaluate(
                        Udf.of(module + ":score").on("x").as("score"),
                        Udf.of("reference:process").on("x").as("pid")));
    }
}
