package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.FailureTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.retry.Retry;

/**
 * Each row of the table in {@code docs/failures.md}, run: the signal is of the type that it names, the worker is kept
 * or replaced as it says, within three times the time that it gives. A row without a scenario fails, and so does a
 * scenario without a row.
 */
@Tag("full")
class FailureTableTest extends PythonTest {

    private static final Duration LIMITED = Duration.ofMillis(300);
    private static final Map<String, Duration> LIMITS = Map.of(
            "cancelGrace",
            Duration.ofMillis(100),
            "batchTimeout",
            LIMITED,
            "idleTimeout",
            LIMITED,
            "prepareTimeout",
            LIMITED,
            "pendingAcquireTimeout",
            LIMITED,
            "deadline",
            LIMITED);

    private static final Udf PROCESS = Udf.of("hangs:process").on("x").as("pid");
    private static final Udf SLEEP = Udf.of("hangs:hang").on("x").with("how", "sleep");

    /** What happens, on a runtime with one worker that is warm. */
    private interface Scenario {

        Outcome run(PythonRuntime python) throws Exception;
    }

    /** What the subscriber saw, and after how long; {@code null} if it saw no error. */
    private record Outcome(@Nullable Throwable error, Duration after) {}

    private final Path directory;
    private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
    private final Map<String, UnaryOperator<PythonRuntime.Builder>> runtimes = new LinkedHashMap<>();
    private final ScriptedPeer peer = new ScriptedPeer();
    private int latches;

    FailureTableTest(@TempDir Path directory) {
        this.directory = directory;
        ofFunctions();
        ofCancels();
        ofTime();
        ofProcesses();
    }

    private void ofFunctions() {
        evaluation(
                "the function raises, or its module can't be imported",
                Udf.of("reference:refuse").on("x").with("value", 3));
        evaluation("the function calls `sys.exit`", dying("sys.exit"));
        evaluation(
                "the function is not what it was said to be: no such function, no result type, a missing column, a"
                        + " result of another type or length",
                Udf.of("bad_input:one_row_less").on("x"));
        scenarios.put("the schema changes mid-stream", python -> {
            Flux<RecordBatch> changing = Flux.concat(
                    Batches.ranges(allocator, 1, 1),
                    Mono.fromSupplier(() -> Batches.of(allocator, Map.of("x", List.of("one")))));
            return failure(changing.transform(python.evaluate(PROCESS)));
        });
        scenarios.put(
                "a key of one of two inputs is out of order, or one is empty and its schema not known",
                python -> failure(Flux.range(0, 2)
                        .map(i -> Batches.range(allocator, -i, 1))
                        .transform(python.evaluate(
                                        Udf.cogroupedMap("cogroups:sides").groupBy("x"))
                                .right(input()))));
        scenarios.put(
                "an iterator function reads further ahead of its output than `maxHeldBytes` holds",
                python -> failure(input().transform(python.evaluate(
                                Udf.of("bad_input:reads_everything").on("x"))
                        .maxHeldBytes(100))));
        BufferAllocator small = allocator.newChildAllocator("small", 0, 1 << 18);
        runtimes.put("the allocator's limit is reached", builder -> builder.allocator(small));
        scenarios.put("the allocator's limit is reached", python -> {
            Udf plusOne = Udf.of("functions:plus_one_arrow").on("x").as("y");
            return failure(Batches.ranges(allocator, 1, 1 << 16).transform(python.evaluate(plusOne)));
        });
        String context = "the Reactor Context holds more under the runtime's `contextKeys` than is passed on";
        runtimes.put(context, builder -> builder.contextKeys("tenant"));
        scenarios.put(
                context,
                python -> failure(input().transform(python.evaluate(PROCESS))
                        .contextWrite(Context.of("tenant", "x".repeat(70_000)))));
        String late = "no worker becomes free within `pendingAcquireTimeout`";
        runtimes.put(late, builder -> builder.workers(Workers.local(1).pendingAcquireTimeout(LIMITED)));
        scenarios.put(late, python -> whileTheWorkerIsTaken(python, python.evaluate(PROCESS)));
        String many = "more evaluations wait for a worker than `pendingAcquireMaxCount`";
        runtimes.put(many, builder -> builder.workers(Workers.local(1).pendingAcquireMaxCount(0)));
        scenarios.put(many, python -> whileTheWorkerIsTaken(python, python.evaluate(PROCESS)));
        scenarios.put(
                "evaluations with operators in between need more workers than may be made for them",
                python -> failure(input().transform(python.evaluate(PROCESS))
                        .map(batch -> batch)
                        .transform(python.evaluate(PROCESS.as("second")))
                        .map(batch -> batch)
                        .transform(python.evaluate(PROCESS.as("third")))));
        scenarios.put(
                "upstream fails",
                python -> failure(
                        input().concatWith(Flux.error(new IOException("the database is gone")))
                                .transform(python.evaluate(PROCESS)),
                        IOException.class));
    }

    private void ofCancels() {
        scenarios.put("downstream cancels, and user code comes to its next batch", python -> {
            CompletableFuture<RecordBatch> first = new CompletableFuture<>();
            Disposable running = input().concatWith(Flux.never())
                    .transform(python.evaluate(PROCESS))
                    .doOnNext(RecordBatch::close)
                    .subscribe(first::complete);
            first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return untilAnotherIsServed(python, running);
        });
        cancelled("downstream cancels, and user code loops in Python", "loop");
        cancelled("downstream cancels, and user code sleeps", "sleep");
        cancelled("downstream cancels, and user code swallows every exception", "swallow");
        cancelled("downstream cancels, and C code holds the interpreter", "hold_interpreter");
        cancelled("downstream cancels, and C code masks signals", "mask_signals");
    }

    private void ofTime() {
        scenarios.put(
                "user code neither gives nor takes a batch for `batchTimeout`",
                python -> failure(input().transform(python.evaluate(SLEEP).batchTimeout(LIMITED))));
        scenarios.put("the evaluation is idle for `idleTimeout`, with `IdleAction.WARN`", python -> {
            try (LogLines log = new LogLines()) {
                long start = System.nanoTime();
                Disposable idle = Flux.<RecordBatch>never()
                        .transform(python.evaluate(PROCESS).idleTimeout(LIMITED, IdleAction.WARN))
                        .subscribe(RecordBatch::close);
                log.await("waiting for a batch of upstream", 1);
                Duration after = since(start);
                idle.dispose();
                return new Outcome(null, after);
            }
        });
        scenarios.put(
                "the evaluation is idle for `idleTimeout`, with `IdleAction.FAIL`",
                python -> failure(Flux.<RecordBatch>never()
                        .transform(python.evaluate(PROCESS).idleTimeout(LIMITED, IdleAction.FAIL))));
        scenarios.put(
                "the deadline passes while a worker is waited for",
                python -> whileTheWorkerIsTaken(python, python.evaluate(PROCESS).timeout(LIMITED)));
        scenarios.put(
                "the deadline passes while modules are imported",
                python -> failure(
                        input().transform(python.evaluate(endlessImport()).timeout(LIMITED))));
        scenarios.put(
                "the deadline passes while functions are evaluated",
                python -> failure(input().transform(python.evaluate(SLEEP).timeout(LIMITED))));
        String slow = "importing and preparing takes longer than `prepareTimeout`";
        runtimes.put(slow, builder -> builder.prepareTimeout(LIMITED));
        scenarios.put(slow, python -> failure(input().transform(python.evaluate(endlessImport()))));
    }

    private void ofProcesses() {
        evaluation("the worker is killed by a signal", dying("SIGTERM"));
        evaluation("the worker calls `os._exit`", dying("os._exit"));
        evaluation("the worker crashes with a segmentation fault", dying("segmentation fault"));
        evaluation("the kernel kills the worker because memory ran out", dying("SIGKILL"));
        evaluation("the worker ends and a process that it started holds its connection open", dying("grandchild"));
        evaluation(
                "the worker closes its connection and goes on",
                Udf.of("bad_input:deaf").on("x"));
        String limited = "user code allocates more than `memoryLimit`";
        runtimes.put(limited, builder -> builder.workers(Workers.local(1).memoryLimit(1L << 31)));
        evaluation(
                limited,
                Udf.of("excesses:in_call").on("x").with("what", "memory").with("amount", 1L << 33));
        scenarios.put("the template ends", python -> {
            ProcessHandle worker = process(python);
            worker.parent()
                    .orElseThrow()
                    .children()
                    .filter(child -> !child.equals(worker))
                    .forEach(ProcessHandle::destroyForcibly);
            return failure(input().transform(python.evaluate(PROCESS)));
        });
        scenarios.put("the socket file is deleted", python -> {
            Files.delete(Objects.requireNonNull(
                    TransportContract.supervisor(python).address().unixPath()));
            return failure(input().transform(python.evaluate(PROCESS)));
        });
        scenarios.put("the JVM is killed", python -> {
            Duration after = WholeProcessTest.untilAllHaveEnded(directory.resolve("entered" + latches++));
            return new Outcome(null, after);
        });
        scenarios.put("the supervisor ends", python -> {
            ProcessHandle supervisor = process(python).parent().orElseThrow();
            try (Fifo entered = latch()) {
                CompletableFuture<?> running = input().transform(python.evaluate(SLEEP.with("entered", entered.name())))
                        .doOnNext(RecordBatch::close)
                        .then()
                        .toFuture();
                entered.await();
                long start = System.nanoTime();
                supervisor.destroyForcibly();
                Throwable error = running.handle((done, failed) -> failed).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                return new Outcome(error, since(start));
            }
        });
        String lies = "the worker breaks the protocol, or its Arrow data lies";
        runtimes.put(lies, builder -> builder.onConnected(peer::install));
        scenarios.put(lies, python -> {
            peer.follow(frame -> List.of(frame.reserved(1)));
            Outcome outcome = failure(input().transform(python.evaluate(PROCESS)));
            peer.beHonest();
            return outcome;
        });
        scenarios.put("Python can't be started, or lacks pyarrow", python -> {
            try (PythonRuntime none = builder()
                    .environment(PythonEnvironment.virtualenv(directory))
                    .build()) {
                return failure(input().transform(none.evaluate(PROCESS)));
            }
        });
    }

    private Outcome whileTheWorkerIsTaken(PythonRuntime python, BatchTransform another) throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        Disposable holds = Flux.<RecordBatch>never()
                .doOnSubscribe(subscription -> taken.countDown())
                .transform(python.evaluate(PROCESS))
                // The evaluation before may not have left its place yet.
                .retryWhen(Retry.indefinitely().filter(EvaluationRejectedException.class::isInstance))
                .subscribe(RecordBatch::close);
        assertTrue(taken.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "no worker");
        Outcome outcome = failure(input().transform(another));
        holds.dispose();
        return outcome;
    }

    private void evaluation(String what, Udf udf) {
        scenarios.put(what, python -> failure(input().transform(python.evaluate(udf))));
    }

    private void cancelled(String what, String how) {
        scenarios.put(what, python -> {
            try (Fifo entered = latch()) {
                Udf hangs = Udf.of("hangs:hang").on("x").with("how", how).with("entered", entered.name());
                Disposable running = input().transform(python.evaluate(hangs)).subscribe(RecordBatch::close);
                entered.await();
                return untilAnotherIsServed(python, running);
            }
        });
    }

    @TestFactory
    Collection<DynamicTest> eachRow() throws IOException {
        Collection<DynamicTest> tests = new ArrayList<>();
        Set<String> without = new TreeSet<>(scenarios.keySet());
        PythonRuntime shared = python();
        for (Row row : FailureTable.rows()) {
            without.remove(row.what());
            tests.add(DynamicTest.dynamicTest(row.what(), () -> {
                Scenario scenario = scenarios.get(row.what());
                assertTrue(scenario != null, "no scenario");
                UnaryOperator<PythonRuntime.Builder> own = runtimes.get(row.what());
                if (own == null) {
                    run(row, scenario, shared);
                } else {
                    try (PythonRuntime python = own.apply(builder()).build()) {
                        run(row, scenario, python);
                    }
                }
            }));
        }
        tests.add(DynamicTest.dynamicTest("each scenario has a row", () -> assertEquals(Set.of(), without)));
        return tests;
    }

    private void run(Row row, Scenario scenario, PythonRuntime python) throws Exception {
        long before = process(python).pid();
        Outcome outcome = scenario.run(python);
        if (row.exception().isEmpty()) {
            assertTrue(outcome.error() == null || row.signal().equals("the same error"), () -> "" + outcome.error());
        } else {
            Throwable error = Objects.requireNonNull(outcome.error(), "no error");
            assertTrue(names(error.getClass()).contains(row.exception()), () -> row.exception() + " is not " + error);
        }
        if (row.worker().equals("reused") || row.worker().equals("kept")) {
            assertEquals(before, process(python).pid(), "the worker");
        } else if (row.worker().endsWith("replaced") && !row.worker().startsWith("reused")) {
            assertNotEquals(before, process(python).pid(), "the worker");
        }
        if (row.isBounded()) {
            Duration allowed = row.bound(LIMITS).multipliedBy(3);
            assertTrue(
                    outcome.after().compareTo(allowed) <= 0,
                    () -> "after " + outcome.after() + ", with " + allowed + " allowed");
        }
    }

    private static List<String> names(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            names.add(each.getSimpleName());
        }
        return names;
    }

    private Flux<RecordBatch> input() {
        return Batches.ranges(allocator, 3, 10);
    }

    private static Udf dying(String how) {
        return Udf.of("deaths:in_call").on("x").with("how", how);
    }

    private Udf endlessImport() throws IOException {
        Path file = directory.resolve("endless.py");
        Files.writeString(file, "while True:\n    pass\n");
        return Udf.of(file + ":f").on("x");
    }

    private Fifo latch() throws IOException, InterruptedException {
        return new Fifo(directory.resolve("entered" + latches++));
    }

    private static Outcome failure(Flux<RecordBatch> evaluated) {
        return failure(evaluated, UdfException.class);
    }

    private static Outcome failure(Flux<RecordBatch> evaluated, Class<? extends Throwable> type) {
        long start = System.nanoTime();
        Throwable error = evaluated
                .doOnNext(RecordBatch::close)
                .then(Mono.<Throwable>empty())
                .onErrorResume(type, Mono::just)
                .block(LIMIT);
        return new Outcome(error, since(start));
    }

    /** Silent for whoever cancelled; what counts is when a worker is there for somebody else. */
    private Outcome untilAnotherIsServed(PythonRuntime python, Disposable running) {
        long start = System.nanoTime();
        running.dispose();
        process(python);
        Duration after = since(start);
        assertTrue(running.isDisposed());
        return new Outcome(null, after);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private ProcessHandle process(PythonRuntime python) {
        Flux<RecordBatch> told = Batches.ranges(allocator, 1, 1).transform(python.evaluate(PROCESS));
        return ProcessHandle.of((Long) Results.values(told, "pid").get(0)).orElseThrow();
    }
}
