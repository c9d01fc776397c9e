package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A source for one subscriber, which signals when it is told to and may; one thread at a time tells it. */
final class RaceSource extends Flux<RecordBatch> implements Subscription {

    private final BufferAllocator allocator;
    private final Semaphore asked = new Semaphore(0);
    private final AtomicLong requested = new AtomicLong();
    private final AtomicBoolean done = new AtomicBoolean();

    private volatile @Nullable CoreSubscriber<? super RecordBatch> actual;
    private volatile boolean cancelled;
    private volatile boolean endsWhenSubscribed;
    private volatile int emitted;

    RaceSource(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public void subscribe(CoreSubscriber<? super RecordBatch> subscriber) {
        subscriber.onSubscribe(this);
        actual = subscriber;
        if (endsWhenSubscribed) {
            end(null);
        }
    }

    @Override
    public void request(long n) {
        requested.addAndGet(n);
        asked.release((int) n);
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    int emitted() {
        return emitted;
    }

    /** Waits for one more request than those that were waited for. */
    void awaitRequest() throws InterruptedException {
        assertTrue(asked.tryAcquire(Results.LIMIT.toSeconds(), TimeUnit.SECONDS), "not asked");
    }

    /** Emits a batch of one row, if one was asked for. */
    void next(long value) {
        CoreSubscriber<? super RecordBatch> subscriber = actual;
        if (subscriber != null && !done.get() && !cancelled && emitted < requested.get()) {
            emitted++;
            subscriber.onNext(Batches.range(allocator, value, 1));
        }
    }

    /** Completes, as soon as it is subscribed to; unless it has ended. */
    void complete() {
        endsWhenSubscribed = true;
        end(null);
    }

    /** Ends, unless it has, or nobody has subscribed. */
    void end(@Nullable Throwable error) {
        CoreSubscriber<? super RecordBatch> subscriber = actual;
        if (subscriber == null || cancelled || !done.compareAndSet(false, true)) {
            return;
        }
        if (error == null) {
            subscriber.onComplete();
        } else {
            subscriber.onError(error);
        }
    }
}
