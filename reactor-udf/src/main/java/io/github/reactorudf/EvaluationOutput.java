package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcDecoder;
import io.github.reactorudf.protocol.Credit;
import io.github.reactorudf.protocol.PayloadFrame;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;

/**
 * The way out: decodes what the worker gave, joins it to the columns that were held back, hands it downstream.
 *
 * <p>A queue-drain: frames, held batches, requests and ends come from several threads; whoever raises {@code wip} from
 * zero drains, on the scheduler the caller named or else on the event loop, so downstream is signalled serially. The
 * queue never holds more than was granted, and what was granted was asked for. An end of the worker's comes after what
 * it sent before it; a failure of this side comes at once.
 */
final class EvaluationOutput {

    private final Evaluation evaluation;
    private final CoreSubscriber<? super RecordBatch> actual;
    private final OutputDemand demand;
    private final Scheduler.@Nullable Worker publisher;
    private final Queue<PayloadFrame> received = new ConcurrentLinkedQueue<>();
    private final Queue<RecordBatch> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private volatile @Nullable EventLoop loop;
    private volatile @Nullable Trip trip;
    private volatile @Nullable IpcDecoder decoder;
    private volatile boolean cancelled;
    private volatile boolean completed;

    private @Nullable Throwable workerError;
    private boolean terminated;
    private long unitBytes;

    EvaluationOutput(Evaluation evaluation, EvaluationOptions options) {
        this.evaluation = evaluation;
        this.actual = evaluation.actual;
        this.demand = new OutputDemand(options.windowOrDefault());
        Scheduler scheduler = options.publishOn();
        this.publisher = scheduler == null ? null : scheduler.createWorker();
    }

    void deliverOn(EventLoop eventLoop) {
        loop = eventLoop;
    }

    void open(Trip opened, BufferAllocator allocator) {
        decoder = new IpcDecoder(opened.received(), allocator);
        trip = opened;
    }

    Credit openDemand() {
        return demand.open();
    }

    void request(long n) {
        demand.request(n);
        drain();
    }

    Credit grant() {
        return demand.grant();
    }

    void settle() {
        demand.settle();
    }

    boolean allSettled() {
        return demand.allSettled();
    }

    long heldRows() {
        return held.stream().mapToLong(RecordBatch::rowCount).sum();
    }

    /** Keeps the input of a row-aligned evaluation until its result comes. */
    void hold(RecordBatch batch) {
        held.add(batch);
        if (cancelled || completed || failure.get() != null) {
            drain();
        }
    }

    void receive(PayloadFrame payload) {
        boolean granted = demand.receive(payload.bytes(), !payload.dictionary());
        received.add(payload);
        if (granted) {
            drain();
        } else {
            evaluation.fail(new ProtocolException("the worker sent a batch that it was not granted"));
        }
    }

    /** The worker's end, after what it sent before. */
    void complete(@Nullable Throwable error) {
        workerError = error;
        completed = true;
        drain();
    }

    /** A failure, at once; the first counts. */
    void fail(Throwable error) {
        if (failure.compareAndSet(null, error)) {
            drain();
        }
    }

    void cancel() {
        cancelled = true;
        drain();
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        EventLoop eventLoop = loop;
        try {
            if (publisher != null && !publisher.isDisposed()) {
                publisher.schedule(this::drainLoop);
            } else if (eventLoop != null && !eventLoop.inEventLoop()) {
                eventLoop.execute(this::drainLoop);
            } else {
                drainLoop();
            }
        } catch (RejectedExecutionException e) {
            failure.compareAndSet(null, e);
            drainLoop();
        }
    }

    private void drainLoop() {
        int missed = 1;
        do {
            if (!terminated) {
                deliverAll();
            }
            if (terminated || cancelled) {
                terminated = true;
                clear();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void deliverAll() {
        while (!cancelled) {
            Throwable failed = failure.get();
            boolean ended = completed;
            PayloadFrame next = received.peek();
            if (failed != null) {
                terminate(failed);
                return;
            }
            if (next == null) {
                if (ended) {
                    terminate(endOf(workerError));
                }
                return;
            }
            if (!next.dictionary() && !demand.demanded()) {
                return;
            }
            received.remove();
            try {
                deliver(next);
            } catch (RuntimeException e) {
                evaluation.fail(e);
            }
        }
    }

    private @Nullable Throwable endOf(@Nullable Throwable error) {
        if (error == null && !held.isEmpty() && evaluation.inputFinished()) {
            return new ProtocolException("the worker completed with " + held.size() + " results missing");
        }
        return error;
    }

    private void deliver(PayloadFrame payload) {
        IpcDecoder decoding = decoder;
        Trip open = trip;
        if (decoding == null || open == null) {
            payload.body().close();
            return;
        }
        unitBytes += payload.bytes();
        ByteBuffer metadata = ByteBuffer.wrap(payload.metadata());
        if (payload.dictionary()) {
            decoding.dictionary(metadata, payload.body());
            return;
        }
        RecordBatch result = RecordBatch.of(decoding.decode(metadata, payload.body()));
        demand.deliver(unitBytes);
        unitBytes = 0;
        if (open.rowAligned()) {
            deliverJoined(result);
        } else {
            actual.onNext(result);
            evaluation.delivered(0);
        }
    }

    private void deliverJoined(RecordBatch result) {
        long heldBytes;
        RecordBatch joined;
        try (result;
                RecordBatch input = held.poll()) {
            if (input == null || input.rowCount() != result.rowCount()) {
                throw new ProtocolException("the worker gave " + result.rowCount() + " rows for "
                        + (input == null ? "no input" : input.rowCount() + " rows"));
            }
            heldBytes = input.sizeInBytes();
            joined = input.join(result);
        }
        actual.onNext(joined);
        evaluation.delivered(heldBytes);
    }

    private void terminate(@Nullable Throwable error) {
        terminated = true;
        clear();
        if (error == null) {
            actual.onComplete();
        } else {
            actual.onError(error);
        }
    }

    private void clear() {
        for (PayloadFrame frame = received.poll(); frame != null; frame = received.poll()) {
            frame.body().close();
        }
        for (RecordBatch batch = held.poll(); batch != null; batch = held.poll()) {
            batch.close();
        }
        IpcDecoder decoding = decoder;
        if (decoding != null) {
            decoding.close();
        }
        if (publisher != null) {
            publisher.dispose();
        }
    }
}
