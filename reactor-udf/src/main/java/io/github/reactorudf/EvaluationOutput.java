package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcDecoder;
import io.github.reactorudf.protocol.BordersFrame;
import io.github.reactorudf.protocol.Credit;
import io.github.reactorudf.protocol.Frame;
import io.github.reactorudf.protocol.PayloadFrame;
import io.github.reactorudf.protocol.RowErrorsFrame;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongUnaryOperator;
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
    private final Queue<Frame> received = new ConcurrentLinkedQueue<>();
    private final Queue<RecordBatch> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final FailedRows failedRows;

    private volatile @Nullable EventLoop loop;
    private volatile @Nullable Trip trip;
    private volatile @Nullable IpcDecoder decoder;
    private volatile boolean cancelled;
    private volatile boolean completed;

    private @Nullable Throwable workerError;
    private boolean terminated;
    private long unitBytes;
    private @Nullable BordersFrame borders;
    private @Nullable DividedResult divided;
    private int arriving = 1;

    EvaluationOutput(Evaluation evaluation, EvaluationOptions options, LongUnaryOperator indexes) {
        this.evaluation = evaluation;
        this.actual = evaluation.actual;
        this.demand = new OutputDemand(options.get(EvaluationOptions.WINDOW));
        this.failedRows = new FailedRows(options.get(EvaluationOptions.ROW_ERRORS), indexes);
        Scheduler scheduler = options.find(EvaluationOptions.PUBLISH_ON);
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

    /** Whether the worker may give a batch. */
    boolean credited() {
        return demand.credited();
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
        unanswered.incrementAndGet();
        if (cancelled || completed || failure.get() != null) {
            drain();
        }
    }

    /** Whether there is a batch that is to be answered, and is not yet. Any thread. */
    boolean awaitsResult() {
        return unanswered.get() > 0;
    }

    /** Returns how many batches the frame completes. On the event loop, as all that receives. */
    int receive(PayloadFrame payload) {
        int batches = payload.dictionary() ? 0 : arriving;
        Trip open = trip;
        if (open != null && open.rowAligned()) {
            unanswered.addAndGet(-batches);
        }
        receive(payload, payload.bytes(), batches);
        if (batches > 0) {
            arriving = 1;
        }
        return batches;
    }

    void receive(RowErrorsFrame failed) {
        receive(failed, failed.bytes(), 0);
    }

    void receive(BordersFrame within) {
        Trip open = trip;
        if (open == null || !open.mergeable()) {
            throw new ProtocolException("the worker sent a BORDERS frame, but no batches can have been sent as one");
        }
        if (arriving > 1) {
            throw new ProtocolException("the worker sent two BORDERS frames for one batch");
        }
        arriving = within.rows().size();
        receive(within, within.bytes(), 0);
    }

    /** Whether a BORDERS frame came, and not yet its batch. */
    boolean awaitsDivided() {
        return arriving > 1;
    }

    private void receive(Frame frame, long bytes, int completed) {
        boolean granted = demand.receive(bytes, completed);
        received.add(frame);
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
            DividedResult parts = divided;
            Frame next = received.peek();
            if (failed != null) {
                terminate(failed);
                return;
            }
            if (parts != null) {
                if (!demand.demanded()) {
                    return;
                }
                guarded(() -> deliverNext(parts));
                continue;
            }
            if (next == null) {
                if (ended) {
                    terminate(endOf(workerError));
                }
                return;
            }
            if (next instanceof PayloadFrame payload && !payload.dictionary() && !demand.demanded()) {
                return;
            }
            received.remove();
            guarded(() -> deliver(next));
        }
    }

    private void guarded(Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException e) {
            evaluation.fail(e);
        }
    }

    private @Nullable Throwable endOf(@Nullable Throwable error) {
        Trip open = trip;
        if (error != null || open == null || !open.rowAligned() || (held.isEmpty() && evaluation.inputFinished())) {
            return error;
        }
        ProtocolException missing = new ProtocolException("the worker completed with " + held.size()
                + " results missing" + (evaluation.inputFinished() ? "" : ", before the end of its input"));
        evaluation.distrust(missing);
        return missing;
    }

    private void deliver(Frame frame) {
        if (frame instanceof RowErrorsFrame failed) {
            unitBytes += failed.bytes();
            failedRows.add(failed);
        } else if (frame instanceof BordersFrame within) {
            unitBytes += within.bytes();
            borders = within;
        } else if (frame instanceof PayloadFrame payload) {
            deliver(payload);
        }
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
        BordersFrame within = borders;
        if (within != null) {
            divide(result, within);
        } else {
            deliver(result, open);
        }
    }

    private void divide(RecordBatch result, BordersFrame within) {
        borders = null;
        divided = new DividedResult(result, within.rows());
        if (result.rowCount() != within.totalRows()) {
            throw new ProtocolException(
                    "the worker gave " + result.rowCount() + " rows, and borders of " + within.totalRows() + " rows");
        }
    }

    private void deliverNext(DividedResult parts) {
        RecordBatch result = parts.next();
        if (parts.isEmpty()) {
            divided = null;
            parts.close();
            countDelivered();
        } else {
            demand.deliver(0);
        }
        deliverJoined(result);
    }

    private void countDelivered() {
        demand.deliver(unitBytes);
        unitBytes = 0;
    }

    private void deliver(RecordBatch result, Trip open) {
        countDelivered();
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
            joined = failedRows.leaveOut(input, input.join(result));
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
        evaluation.finished();
        for (Frame frame = received.poll(); frame != null; frame = received.poll()) {
            if (frame instanceof PayloadFrame payload) {
                payload.body().close();
            }
        }
        for (RecordBatch batch = held.poll(); batch != null; batch = held.poll()) {
            batch.close();
        }
        DividedResult parts = divided;
        if (parts != null) {
            divided = null;
            parts.close();
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
