package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** How many workers there are, how long one waits for them, and when they end. */
class WorkerPoolTest extends PythonTest {

    private static final Udf PROCESS = Udf.of("reference:process").on("x").as("pid");
    private static final int MANY = 64;

    private final Path directory;

    WorkerPoolTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** R5. */
    @ParameterizedTest
    @ValueSource(ints = {64, 4})
    void manyEvaluations(int workers) throws Exception {
        PythonRuntime python = python(workers);
        try (Fifo arrived = new Fifo(directory.resolve("arrived"));
                Fifo go = new Fifo(directory.resolve("go"))) {
            Udf meet = Udf.of("demand_functions:meet")
                    .on("x")
                    .with("arrived", arrived.name())
                    .with("go", go.name());
            CompletableFuture<Long> count = Flux.range(0, MANY)
                    .flatMap(
                            i -> Batches.ranges(allocator, 3, 10)
                                    .transform(python.evaluate(meet))
                                    .doOnNext(RecordBatch::close),
                            MANY)
                    .count()
                    .toFuture();
            for (int i = 0; i < workers; i++) {
                arrived.await();
            }
            for (int i = 0; i < MANY; i++) {
                go.open();
            }
            assertEquals(3L * MANY, count.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void moreThanMayWaitAreRejectedAtOnceAndThoseThatWaitTooLongInTime() throws Exception {
        PythonRuntime python = python(builder()
                .workers(Workers.local(1).pendingAcquireMaxCount(1).pendingAcquireTimeout(Duration.ofMillis(300))));
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            CompletableFuture<Long> running = count(
                    python,
                    Udf.of("operators:hold")
                            .on("x")
                            .with("entered", entered.name())
                            .with("latch", latch.name()));
            entered.await();
            CompletableFuture<Long> waiting = count(python, PROCESS);
            Results.assertSays(
                    Results.failure(EvaluationRejectedException.class, one(python, PROCESS)),
                    "1 evaluations wait for one of 1 workers already",
                    "pendingAcquireMaxCount");
            EvaluationRejectedException late = RuntimeCloseTest.error(EvaluationRejectedException.class, waiting);
            Results.assertSays(late, "none of the 1 workers became free within PT0.3S", "pendingAcquireTimeout");
            latch.open();
            assertEquals(1, running.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
        pid(python);
    }

    @Test
    void warmUpStartsTheMinimumOnce() {
        Queue<Channel> connected = new ConcurrentLinkedQueue<>();
        PythonRuntime python =
                python(builder().workers(Workers.local(4).minimum(3)).onConnected(connected::add));
        python.warmUp().block(LIMIT);
        assertEquals(3, connected.size());
        python.warmUp().block(LIMIT);
        pid(python);
        assertEquals(3, connected.size());
    }

    @Test
    void warmUpStartsAtLeastOne() {
        Queue<Channel> connected = new ConcurrentLinkedQueue<>();
        PythonRuntime python = python(builder().onConnected(connected::add));
        python.warmUp().block(LIMIT);
        assertEquals(1, connected.size());
    }

    @Test
    void warmUpTellsWhyPythonDoesNotStart() {
        PythonRuntime python = python(builder().environment(PythonEnvironment.virtualenv(directory)));
        StepVerifier.create(python.warmUp())
                .expectErrorSatisfies(error -> Results.assertSays(error, "is no virtual environment"))
                .verify(LIMIT);
    }

    @Test
    void aSlotThatCannotStartStallsNoOther() {
        AtomicInteger connected = new AtomicInteger();
        CompletableFuture<Stall> stalled = new CompletableFuture<>();
        PythonRuntime python =
                python(builder().workers(Workers.local(2).minimum(2)).onConnected(channel -> {
                    boolean first = connected.getAndIncrement() == 0;
                    Stall stall = new Stall(channel, first);
                    channel.pipeline().addFirst(stall);
                    if (first) {
                        stalled.complete(stall);
                    }
                }));
        CompletableFuture<Void> ready = python.warmUp().toFuture();
        Stall stall = stalled.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        pid(python);
        assertEquals(2, connected.get());
        assertFalse(ready.isDone());
        stall.end();
        ready.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Constants that change with each evaluation are something new to prepare each time. */
    @Test
    void aWorkerThatPreparedManyIsReplaced() {
        PythonRuntime python = python();
        Object before = pid(python);
        for (int i = 0; i < 256; i++) {
            count(python, Udf.of("reference:double").on("x").as("y" + i)).join();
        }
        assertNotEquals(before, pid(python));
    }

    /** Keeps back what a worker says. */
    private static final class Stall extends ChannelInboundHandlerAdapter {

        private final Channel channel;
        private final Queue<Object> kept = new ConcurrentLinkedQueue<>();
        private volatile boolean keeps;

        Stall(Channel channel, boolean keeps) {
            this.channel = channel;
            this.keeps = keeps;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (keeps) {
                kept.add(bytes);
            } else {
                context.fireChannelRead(bytes);
            }
        }

        void end() {
            channel.eventLoop().execute(() -> {
                keeps = false;
                kept.forEach(channel.pipeline().context(this)::fireChannelRead);
            });
        }
    }

    @Test
    void idleWorkersEndDownToTheMinimum() throws Exception {
        PythonRuntime python =
                python(builder().workers(Workers.local(3).minimum(1).maxIdleTime(Duration.ofMillis(200))));
        Set<Object> all = together(python, 3);
        assertEquals(3, all.size());
        CountDownLatch twoEnded = new CountDownLatch(2);
        List<ProcessHandle> processes = all.stream()
                .map(pid -> ProcessHandle.of((Long) pid).orElseThrow())
                .toList();
        processes.forEach(process -> process.onExit().thenRun(twoEnded::countDown));
        assertTrue(twoEnded.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertEquals(
                List.of(pid(python)),
                processes.stream()
                        .filter(ProcessHandle::isAlive)
                        .map(ProcessHandle::pid)
                        .toList());
    }

    @Test
    void anIdleWorkerThatDiedIsNotGivenOut() {
        PythonRuntime python = ownPython();
        Object before = pid(python);
        ProcessHandle process = ProcessHandle.of((Long) before).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        Flux<RecordBatch> retried = one(python, PROCESS).retry(1);
        assertNotEquals(before, Results.values(retried, "pid").get(0));
    }

    /** The processes of so many evaluations that run at the same time. */
    private Set<Object> together(PythonRuntime python, int count) throws Exception {
        try (Fifo entered = new Fifo(directory.resolve("in"));
                Fifo latch = new Fifo(directory.resolve("out"))) {
            Udf hold = Udf.of("operators:hold")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name());
            CompletableFuture<Set<Object>> pids = Flux.range(0, count)
                    .flatMap(i -> one(python, hold, PROCESS))
                    .map(RecordBatches.closing(
                            batch -> Batches.values(batch, "pid").get(0)))
                    .collect(Collectors.toSet())
                    .toFuture();
            for (int i = 0; i < count; i++) {
                entered.await();
            }
            for (int i = 0; i < count; i++) {
                latch.open();
            }
            return pids.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Flux<RecordBatch> one(PythonRuntime python, Udf... udfs) {
        return Batches.ranges(allocator, 1, 1).transform(python.evaluate(udfs));
    }

    private CompletableFuture<Long> count(PythonRuntime python, Udf udf) {
        return one(python, udf).doOnNext(RecordBatch::close).count().toFuture();
    }

    private Object pid(PythonRuntime python) {
        return Results.values(one(python, PROCESS), "pid").get(0);
    }
}
