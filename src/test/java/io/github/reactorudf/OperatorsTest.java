package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Reactor's operators around evaluations: each does what it does elsewhere. */
class OperatorsTest extends PythonTest {

    private static final Udf DOUBLE = Udf.of("reference:double").on("x").as("y");

    @Test
    void withVirtualTime() {
        BatchTransform doubled = python().evaluate(DOUBLE);
        CountDownLatch subscribed = new CountDownLatch(1);
        StepVerifier.withVirtualTime(() -> {
                    Flux<RecordBatch> hourly = Flux.interval(Duration.ofHours(1))
                            .take(3)
                            .onBackpressureBuffer()
                            .map(hour -> Batches.range(allocator, hour, 1));
                    Publisher<RecordBatch> told = subscriber -> {
                        hourly.subscribe(subscriber);
                        subscribed.countDown();
                    };
                    return Flux.from(told)
                            .transform(doubled)
                            .map(RecordBatches.closing(batch -> Batches.values(batch, "y")));
                })
                .expectSubscription()
                .then(() -> await(subscribed))
                .thenAwait(Duration.ofHours(3))
                .expectNext(List.of(0L), List.of(2L), List.of(4L))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void timeout(@TempDir Path directory) throws Exception {
        PythonRuntime python = python();
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf hold = Udf.of("operators:hold")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name());
            StepVerifier.withVirtualTime(() -> Batches.ranges(allocator, 5, 1)
                            .transform(python.evaluate(hold))
                            .map(RecordBatches.closing(RecordBatch::rowCount))
                            .timeout(Duration.ofHours(1)))
                    .expectSubscription()
                    .then(entered::await)
                    .thenAwait(Duration.ofHours(1))
                    .expectError(TimeoutException.class)
                    .verify(LIMIT);
        }
        assertEquals(
                List.of(0L), Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(DOUBLE)), "y"));
    }

    @Test
    void retry() {
        Udf flaky = Udf.of("operators:fail_twice").on("x").as("y");
        AtomicLong subscriptions = new AtomicLong();
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 3, 1)
                .doOnSubscribe(subscription -> subscriptions.incrementAndGet())
                .transform(ownPython().evaluate(flaky))
                .retry(2);
        assertEquals(List.of(0L, 1L, 2L), Results.values(evaluated, "y"));
        assertEquals(3, subscriptions.get());
    }

    @Test
    void repeat() {
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 2, 1)
                .transform(python().evaluate(DOUBLE))
                .repeat(2);
        assertEquals(List.of(0L, 2L, 0L, 2L, 0L, 2L), Results.values(evaluated, "y"));
    }

    @Test
    void take() {
        PythonRuntime python = python();
        CountDownLatch cancelled = new CountDownLatch(1);
        Flux<RecordBatch> endless =
                Batches.ranges(allocator, Integer.MAX_VALUE, 1).doOnCancel(cancelled::countDown);
        assertEquals(
                List.of(0L, 2L, 4L),
                Results.values(endless.transform(python.evaluate(DOUBLE)).take(3), "y"));
        await(cancelled);
        assertEquals(
                List.of(0L), Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(DOUBLE)), "y"));
    }

    @Test
    void limitRate() {
        AtomicLong made = new AtomicLong();
        AtomicLong given = new AtomicLong();
        AtomicLong most = new AtomicLong();
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 200, 1)
                .doOnNext(batch -> most.accumulateAndGet(made.incrementAndGet() - given.get(), Math::max))
                .transform(python().evaluate(DOUBLE).window(4))
                .doOnNext(batch -> given.incrementAndGet())
                .limitRate(2);
        assertEquals(LongStream.range(0, 200).map(x -> 2 * x).boxed().toList(), Results.values(evaluated, "y"));
        // A window on the way in, one in the function's hands, and what limitRate lets be on the way out.
        assertTrue(most.get() <= 4 + 1 + 2, () -> most + " batches were under way");
    }

    @Test
    void flatMap() {
        BatchTransform doubled = python(2).evaluate(DOUBLE);
        Flux<RecordBatch> evaluated =
                Flux.range(0, 8).flatMap(i -> Batches.ranges(allocator, 4, 1).transform(doubled), 8, 1);
        long sum =
                Results.values(evaluated, "y").stream().mapToLong(y -> (Long) y).sum();
        assertEquals(8 * (0 + 2 + 4 + 6), sum);
    }

    @Test
    void evaluationsWithAnOperatorInBetweenHaveAWorkerEach() {
        PythonRuntime python = python(2);
        Udf again = Udf.of("reference:double").on("y").as("z");
        Flux<RecordBatch> two = Batches.ranges(allocator, 3, 1)
                .transform(python.evaluate(DOUBLE))
                .filter(batch -> true);
        assertEquals(List.of(0L, 4L, 8L), Results.values(two.transform(python.evaluate(again)), "z"));

        Flux<RecordBatch> three = two.transform(python.evaluate(again)).filter(batch -> true);
        Udf last = Udf.of("reference:double").on("z").as("last");
        assertEquals(List.of(0L, 8L, 16L), Results.values(three.transform(python.evaluate(last)), "last"));
        assertEquals(List.of(0L, 4L, 8L), Results.values(two.transform(python.evaluate(again)), "z"));
    }

    @Test
    void subscribingTwiceEvaluatesTwice() {
        AtomicLong subscriptions = new AtomicLong();
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 2, 1)
                .doOnSubscribe(subscription -> subscriptions.incrementAndGet())
                .transform(python().evaluate(DOUBLE));
        assertEquals(0, subscriptions.get());
        assertEquals(List.of(0L, 2L), Results.values(evaluated, "y"));
        assertEquals(List.of(0L, 2L), Results.values(evaluated, "y"));
        assertEquals(2, subscriptions.get());
    }

    @Test
    void contextReachesUpstreamOnEveryThread() {
        Scheduler elsewhere = Schedulers.newSingle("elsewhere");
        try {
            Flux<RecordBatch> evaluated = Flux.deferContextual(
                            context -> Flux.just(Batches.range(allocator, context.<Long>get("first"), 2)))
                    .publishOn(elsewhere)
                    .transform(python().evaluate(DOUBLE).publishOn(elsewhere))
                    .contextWrite(context -> context.put("first", 21L));
            assertEquals(List.of(42L, 44L), Results.values(evaluated, "y"));
        } finally {
            elsewhere.dispose();
        }
    }

    @Test
    void schedulersAreTheOnesNamed() {
        Scheduler in = Schedulers.newSingle("way-in");
        Scheduler out = Schedulers.newSingle("way-out");
        try {
            Flux<RecordBatch> evaluated = Batches.ranges(allocator, 20, 1)
                    .doOnSubscribe(subscription -> assertThread("way-in"))
                    .doOnNext(batch -> assertThread("way-in"))
                    .transform(python().evaluate(DOUBLE).subscribeOn(in).publishOn(out))
                    .doOnNext(batch -> assertThread("way-out"))
                    .doOnComplete(() -> assertThread("way-out"));
            assertEquals(20, Results.values(evaluated, "y").size());
        } finally {
            in.dispose();
            out.dispose();
        }
    }

    private static void assertThread(String name) {
        String actual = Thread.currentThread().getName();
        assertTrue(actual.startsWith(name), () -> "on " + actual + ", not on " + name);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "did not come");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
