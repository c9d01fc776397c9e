package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** R5: evaluations with a worker each make progress together; with fewer workers, in the order of subscription. */
class ConcurrentEvaluationsTest extends PythonTest {

    private static final Duration LIMIT = Results.LIMIT;
    private static final int EVALUATIONS = 8;
    private static final int BATCHES = 20;

    private final Path directory;

    ConcurrentEvaluationsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void eightOnEightWorkersMakeProgressTogether() throws Exception {
        PythonRuntime python = python(EVALUATIONS);
        try (Fifo arrived = new Fifo(directory.resolve("arrived"));
                Fifo go = new Fifo(directory.resolve("go"))) {
            List<CompletableFuture<Long>> counts = new ArrayList<>();
            for (int i = 0; i < EVALUATIONS; i++) {
                counts.add(Batches.ranges(allocator, BATCHES, 10)
                        .transform(python.evaluate(meet(arrived, go)))
                        .doOnNext(RecordBatch::close)
                        .count()
                        .toFuture());
            }
            allMeet(arrived, go);
            for (CompletableFuture<Long> count : counts) {
                assertEquals(BATCHES, count.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }

    /** One thread encodes for all of them, and none of their subscribers asks for anything meanwhile. */
    @Test
    void noTaskParks() throws Exception {
        PythonRuntime python = python(EVALUATIONS);
        Scheduler oneThread = Schedulers.newBoundedElastic(1, 100_000, "one");
        try (Fifo arrived = new Fifo(directory.resolve("arrived"));
                Fifo go = new Fifo(directory.resolve("go"))) {
            List<Withheld> subscribers = new ArrayList<>();
            for (int i = 0; i < EVALUATIONS; i++) {
                Withheld subscriber = new Withheld();
                subscribers.add(subscriber);
                Batches.ranges(allocator, BATCHES, 10)
                        .transform(python.evaluate(meet(arrived, go)).subscribeOn(oneThread))
                        .subscribe(subscriber);
            }
            allMeet(arrived, go);
            for (Withheld subscriber : subscribers) {
                subscriber.requestUnbounded();
                assertEquals(BATCHES, subscriber.count.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
        } finally {
            oneThread.dispose();
        }
    }

    @Test
    void oneWorkerIsGivenInTheOrderOfSubscription() throws Exception {
        PythonRuntime python = python();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Long>> counts = new ArrayList<>();
        for (int i = 0; i < EVALUATIONS; i++) {
            int evaluation = i;
            counts.add(Batches.ranges(allocator, BATCHES, 10)
                    .doOnSubscribe(subscription -> order.add(evaluation))
                    .transform(
                            python.evaluate(Udf.of("demand_functions:aligned").on("x")))
                    .doOnNext(RecordBatch::close)
                    .count()
                    .toFuture());
        }
        for (CompletableFuture<Long> count : counts) {
            assertEquals(BATCHES, count.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
        assertEquals(IntStream.range(0, EVALUATIONS).boxed().toList(), List.copyOf(order));
    }

    /** Chains of evaluations are one trip each: they cannot take each other's second worker. */
    @Test
    void chainsCannotStarveEachOther() {
        PythonRuntime python = python(2);
        Udf first = Udf.of("demand_functions:aligned").on("x").as("y");
        Udf second = Udf.of("demand_functions:aligned").on("y").as("z");
        Long count = Flux.range(0, EVALUATIONS)
                .flatMap(i -> Batches.ranges(allocator, BATCHES, 10)
                        .transform(python.evaluate(first))
                        .transform(python.evaluate(second))
                        .doOnNext(RecordBatch::close))
                .count()
                .block(LIMIT);
        assertEquals(EVALUATIONS * BATCHES, count);
    }

    private static Udf meet(Fifo arrived, Fifo go) {
        return Udf.of("demand_functions:meet")
                .on("x")
                .with("arrived", arrived.name())
                .with("go", go.name());
    }

    /** Waits until all are in their first batch, and lets them go on. */
    private static void allMeet(Fifo arrived, Fifo go) throws Exception {
        for (int i = 0; i < EVALUATIONS; i++) {
            arrived.await();
        }
        for (int i = 0; i < EVALUATIONS; i++) {
            go.open();
        }
    }

    /** Asks for nothing by itself. */
    private static final class Withheld extends BaseSubscriber<RecordBatch> {

        private final CompletableFuture<Integer> count = new CompletableFuture<>();
        private int received;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(RecordBatch batch) {
            batch.close();
            received++;
        }

        @Override
        protected void hookOnComplete() {
            count.complete(received);
        }

        @Override
        protected void hookOnError(Throwable error) {
            count.completeExceptionally(error);
        }
    }
}
