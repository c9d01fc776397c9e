package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.TestAllocator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Which of Reactor's operators release the batches they drop: the table of docs/ownership.md. */
@ExtendWith(TestAllocator.class)
class OwnershipInOperatorsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private final List<RecordBatch> made = new CopyOnWriteArrayList<>();

    @Test
    void filterReleasesWhatItDropsByTheHookAlone(BufferAllocator allocator) {
        assertEquals(3, leakedBy(allocator, flux -> flux.filter(batch -> batch.rowCount() > 1), false));
        assertEquals(0, leakedBy(allocator, flux -> flux.filter(batch -> batch.rowCount() > 1), true));
    }

    @Test
    void skipAndDistinctReleaseByTheHookAlone(BufferAllocator allocator) {
        assertEquals(2, leakedBy(allocator, flux -> flux.skip(2), false));
        assertEquals(0, leakedBy(allocator, flux -> flux.skip(2), true));
        assertEquals(2, leakedBy(allocator, flux -> flux.distinct(RecordBatch::rowCount), false));
        assertEquals(0, leakedBy(allocator, flux -> flux.distinct(RecordBatch::rowCount), true));
    }

    @Test
    void takeNeedsNothing(BufferAllocator allocator) {
        assertEquals(0, leakedBy(allocator, flux -> flux.take(1), false));
    }

    @Test
    void aMapThatThrowsLeaksEvenWithTheHookAndNeverWithClosing(BufferAllocator allocator) {
        Function<RecordBatch, Integer> failing = batch -> 1 / (batch.rowCount() - 1);
        assertEquals(1, leakedBy(allocator, flux -> flux.map(failing), false));
        assertEquals(1, leakedBy(allocator, flux -> flux.map(failing), true));
        assertEquals(0, leakedBy(allocator, flux -> flux.map(RecordBatches.closing(failing)), false));
    }

    @Test
    void aHookDoesNotReachDownstreamOfItself(BufferAllocator allocator) {
        assertEquals(
                3,
                leakedBy(
                        allocator,
                        flux -> flux.doOnDiscard(RecordBatch.class, RecordBatch::close)
                                .filter(batch -> batch.rowCount() > 1),
                        false));
    }

    @Test
    void publishOnReleasesItsQueueOnCancelByTheHookAlone(BufferAllocator allocator) throws Exception {
        assertEquals(2, leakedByPublishOn(allocator, false));
        assertEquals(0, leakedByPublishOn(allocator, true));
    }

    @Test
    void flatMapReleasesItsQueueOnCancelByTheHookAlone(BufferAllocator allocator) {
        assertEquals(2, leakedByFlatMap(allocator, false));
        assertEquals(0, leakedByFlatMap(allocator, true));
    }

    @Test
    void collectListReleasesOnErrorByTheHookAlone(BufferAllocator allocator) {
        Function<Flux<RecordBatch>, Flux<?>> collecting =
                flux -> flux.concatWith(Flux.error(new IllegalStateException("upstream")))
                        .collectList()
                        .flux();
        assertEquals(3, leakedBy(allocator, collecting, false));
        assertEquals(0, leakedBy(allocator, collecting, true));
    }

    @Test
    void shareIsWhatSeveralSubscribersNeed(BufferAllocator allocator) {
        Flux<RecordBatch> source = batches(allocator);
        Flux<RecordBatch> both =
                source.publish(once -> Flux.merge(once.map(RecordBatch::share), once.map(RecordBatch::share)));
        List<Integer> rows = both.map(RecordBatches.closing(RecordBatch::rowCount))
                .collectList()
                .block(LIMIT);
        assertEquals(List.of(1, 1, 1, 1, 1, 1), rows);
        assertEquals(3, closeMade());
    }

    /** Runs three batches of one row through {@code operators}; how many of them nobody closed. */
    private int leakedBy(BufferAllocator allocator, Function<Flux<RecordBatch>, Flux<?>> operators, boolean hook) {
        Flux<?> flux = operators.apply(batches(allocator));
        if (hook) {
            flux = flux.doOnDiscard(RecordBatch.class, RecordBatch::close);
        }
        flux.doOnNext(OwnershipInOperatorsTest::closeIfBatch).onErrorComplete().blockLast(LIMIT);
        return closeMade();
    }

    private int leakedByPublishOn(BufferAllocator allocator, boolean hook) throws InterruptedException {
        Scheduler scheduler = Schedulers.newSingle("publishOn");
        CountDownLatch queued = new CountDownLatch(1);
        // Hidden, so that publishOn queues rather than fuses; the first batch holds its thread until all are queued.
        Flux<RecordBatch> flux = batches(allocator)
                .hide()
                .doOnComplete(queued::countDown)
                .concatWith(Flux.never())
                .publishOn(scheduler)
                .doOnNext(batch -> {
                    batch.close();
                    awaitQuietly(queued);
                });
        if (hook) {
            flux = flux.doOnDiscard(RecordBatch.class, RecordBatch::close);
        }
        flux.take(1).blockLast(LIMIT);
        // Cancelled by then; the queue is discarded by the scheduler's one thread, before it comes to this.
        CountDownLatch discarded = new CountDownLatch(1);
        scheduler.schedule(discarded::countDown);
        assertTrue(discarded.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        scheduler.dispose();
        return closeMade();
    }

    private int leakedByFlatMap(BufferAllocator allocator, boolean hook) {
        // The inner fluxes deliver before there is demand for them, so flatMap queues.
        Flux<RecordBatch> flux = Flux.range(0, 3)
                .hide()
                .flatMap(i -> Flux.defer(() -> Flux.just(make(allocator)).hide()));
        if (hook) {
            flux = flux.doOnDiscard(RecordBatch.class, RecordBatch::close);
        }
        BaseSubscriber<RecordBatch> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // Nothing yet: all three are to wait in flatMap's queues.
            }

            @Override
            protected void hookOnNext(RecordBatch batch) {
                batch.close();
            }
        };
        flux.subscribe(subscriber);
        subscriber.request(1);
        subscriber.cancel();
        return closeMade();
    }

    private Flux<RecordBatch> batches(BufferAllocator allocator) {
        return Flux.range(0, 3).map(i -> make(allocator));
    }

    private RecordBatch make(BufferAllocator allocator) {
        RecordBatch batch = TestBatches.ints(allocator, 1);
        made.add(batch);
        return batch;
    }

    private int closeMade() {
        int open = (int) made.stream()
                .filter(batch -> !batch.toString().contains("closed"))
                .count();
        made.forEach(RecordBatch::close);
        made.clear();
        return open;
    }

    private static void closeIfBatch(Object value) {
        if (value instanceof RecordBatch batch) {
            batch.close();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
