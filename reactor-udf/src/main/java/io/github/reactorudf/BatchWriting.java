package io.github.reactorudf;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Writes what a {@code Flux} emits, one batch requested at a time, with all of opening, subscribing, writing and
 * closing on threads that may block.
 *
 * <p>Signals only leave word (a batch, an end, a cancel) and count up {@code wip}; who counts from zero schedules
 * {@link #drain}, which is so never run by two threads at once. Cancelling does not wait for a write that is under way:
 * the drain closes after it.
 */
final class BatchWriting extends BaseSubscriber<RecordBatch> {
    private final Flux<RecordBatch> batches;
    private final Callable<BatchSink> target;
    private final String name;
    private final Scheduler scheduler;
    private final MonoSink<Void> result;

    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicReference<@Nullable RecordBatch> received = new AtomicReference<>();
    private volatile boolean completed;
    private volatile boolean abandoned;
    private volatile @Nullable Throwable failed;

    // Of the drain alone.
    private @Nullable BatchSink sink;
    private boolean ended;

    private BatchWriting(
            Flux<RecordBatch> batches,
            Callable<BatchSink> target,
            String name,
            Scheduler scheduler,
            MonoSink<Void> result) {
        this.batches = batches;
        this.target = target;
        this.name = name;
        this.scheduler = scheduler;
        this.result = result;
    }

    /**
     * Subscribes to {@code batches} when subscribed to, owns what they emit, and completes when the sink is finished.
     *
     * @param name what is written, for the messages of errors
     */
    static Mono<Void> of(Flux<RecordBatch> batches, Callable<BatchSink> target, String name, Scheduler scheduler) {
        return Mono.create(result -> {
            BatchWriting writing = new BatchWriting(batches, target, name, scheduler, result);
            result.onCancel(() -> {
                writing.abandoned = true;
                writing.cancel();
                writing.schedule();
            });
            writing.schedule();
        });
    }

    @Override
    public Context currentContext() {
        return Context.of(result.contextView());
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(RecordBatch batch) {
        RecordBatch unrequested = received.getAndSet(batch);
        if (unrequested != null) {
            unrequested.close();
        }
        schedule();
    }

    @Override
    protected void hookOnComplete() {
        completed = true;
        schedule();
    }

    @Override
    protected void hookOnError(Throwable error) {
        failed = error;
        schedule();
    }

    private void schedule() {
        if (wip.getAndIncrement() == 0) {
            try {
                scheduler.schedule(this::drain);
            } catch (RejectedExecutionException e) {
                // No thread is left to close on; this one has to do.
                failed = e;
                cancel();
                drain();
            }
        }
    }

    private void drain() {
        int seen = wip.get();
        do {
            boolean last = completed; // Read first: what was received before it is taken below.
            try (RecordBatch batch = received.getAndSet(null)) {
                step(batch, last);
            } catch (Throwable e) {
                cancel();
                end(new UdfException("Cannot write " + name + ": " + BatchReading.reason(e), e));
            }
            seen = wip.addAndGet(-seen);
        } while (seen != 0);
    }

    private void step(@Nullable RecordBatch batch, boolean last) throws Exception {
        if (ended) {
            return;
        }
        if (abandoned || failed != null) {
            end(failed);
            return;
        }
        if (sink == null) {
            sink = target.call();
            batches.subscribe(this);
            return;
        }
        if (batch != null) {
            sink.write(batch);
            batch.close(); // Before the next is asked for.
            request(1);
        }
        if (last) {
            sink.finish();
            end(null);
        }
    }

    private void end(@Nullable Throwable error) {
        if (ended) {
            return;
        }
        ended = true;
        @Nullable Throwable reason = closeSink(error);
        if (reason == null) {
            result.success();
        } else if (abandoned) {
            Operators.onErrorDropped(reason, currentContext());
        } else {
            result.error(reason);
        }
    }

    private @Nullable Throwable closeSink(@Nullable Throwable error) {
        try {
            if (sink != null) {
                sink.close();
            }
            return error;
        } catch (IOException e) {
            if (error == null) {
                return e;
            }
            error.addSuppressed(e);
            return error;
        }
    }
}
