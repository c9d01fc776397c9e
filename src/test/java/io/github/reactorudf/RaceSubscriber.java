package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Closes what it gets, and writes down what breaks the rules of Reactive Streams. */
final class RaceSubscriber implements CoreSubscriber<RecordBatch> {

    private final AtomicInteger signalling = new AtomicInteger();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final Semaphore results = new Semaphore(0);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Subscription subscription;
    private volatile @Nullable Throwable error;

    @Override
    public void onSubscribe(Subscription given) {
        if (subscription != null) {
            violations.add("2.12: a second subscription");
        }
        subscription = given;
    }

    @Override
    public void onNext(RecordBatch batch) {
        signal("onNext", () -> {
            batch.close();
            if (received.incrementAndGet() > requested.get()) {
                violations.add("1.1: more than was requested");
            }
            results.release();
        });
    }

    @Override
    public void onError(Throwable cause) {
        signal("onError", () -> {
            error = cause;
            ended.countDown();
        });
    }

    @Override
    public void onComplete() {
        signal("onComplete", ended::countDown);
    }

    private void signal(String name, Runnable signal) {
        if (signalling.getAndIncrement() != 0) {
            violations.add("1.3: " + name + " during another signal");
        }
        if (ended.getCount() == 0) {
            violations.add("1.7: " + name + " after the end");
        }
        signal.run();
        signalling.decrementAndGet();
    }

    void request(long n) {
        requested.updateAndGet(before -> before + n < 0 ? Long.MAX_VALUE : before + n);
        subscribed().request(n);
    }

    void cancel() {
        subscribed().cancel();
    }

    private Subscription subscribed() {
        Subscription given = subscription;
        if (given == null) {
            throw new IllegalStateException("not subscribed");
        }
        return given;
    }

    void awaitResult() throws InterruptedException {
        assertTrue(results.tryAcquire(Results.LIMIT.toSeconds(), TimeUnit.SECONDS), "no result");
    }

    void awaitEnd() throws InterruptedException {
        assertTrue(ended.await(Results.LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
    }

    long received() {
        return received.get();
    }

    @Nullable
    Throwable error() {
        return error;
    }

    Queue<String> violations() {
        return violations;
    }
}
