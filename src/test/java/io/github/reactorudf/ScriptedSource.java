package io.github.reactorudf;

import io.github.reactorudf.DemandFunction.Span;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * A source of known batches, one subscription each, that makes a batch when it is asked for it: in {@code request}, or
 * on a thread of its own; as soon as it is asked, or not before the result of the batch before has arrived. Tells how
 * much it was asked for.
 */
final class ScriptedSource extends Flux<RecordBatch> implements Subscription {

    private final BufferAllocator allocator;
    private final List<Span> spans;
    private final @Nullable Throwable error;
    private final Executor emitter;
    private final boolean lockStep;
    private final LongConsumer onAsked;
    private final IntConsumer onEmitted;

    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong results = new AtomicLong();
    private volatile boolean cancelled;
    private volatile @Nullable CoreSubscriber<? super RecordBatch> actual;
    private int emitted;
    private boolean done;

    /**
     * @param emitter where batches are made and emitted; for in {@code request}, {@code Runnable::run}
     * @param error what follows the last batch; null for completion
     * @param onAsked is told of each request the sum so far
     * @param onEmitted is told how many were emitted, after each
     */
    ScriptedSource(
            BufferAllocator allocator,
            List<Span> spans,
            @Nullable Throwable error,
            Executor emitter,
            boolean lockStep,
            LongConsumer onAsked,
            IntConsumer onEmitted) {
        this.allocator = allocator;
        this.spans = spans;
        this.error = error;
        this.emitter = emitter;
        this.lockStep = lockStep;
        this.onAsked = onAsked;
        this.onEmitted = onEmitted;
    }

    @Override
    public void subscribe(CoreSubscriber<? super RecordBatch> subscriber) {
        actual = subscriber;
        subscriber.onSubscribe(this);
        drain();
    }

    @Override
    public void request(long n) {
        onAsked.accept(requested.addAndGet(n));
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    /** A result arrived. */
    void resultArrived() {
        results.incrementAndGet();
        if (lockStep) {
            drain();
        }
    }

    private void drain() {
        if (wip.getAndIncrement() == 0) {
            emitter.execute(this::emit);
        }
    }

    private void emit() {
        int missed = 1;
        do {
            CoreSubscriber<? super RecordBatch> subscriber = actual;
            while (subscriber != null && !cancelled && !done && emitted < spans.size() && mayEmit()) {
                Span span = spans.get(emitted++);
                RecordBatch batch;
                try {
                    batch = Batches.range(allocator, span.first(), span.rows());
                } catch (RuntimeException e) {
                    done = true;
                    subscriber.onError(e);
                    return;
                }
                subscriber.onNext(batch);
                onEmitted.accept(emitted);
            }
            if (subscriber != null && !cancelled && !done && emitted == spans.size()) {
                done = true;
                if (error == null) {
                    subscriber.onComplete();
                } else {
                    subscriber.onError(error);
                }
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private boolean mayEmit() {
        return emitted < requested.get() && (!lockStep || emitted <= results.get());
    }

    @Override
    public String toString() {
        return "source asked for " + requested + ", emitted " + emitted + ", cancelled " + cancelled + ", done " + done;
    }
}
