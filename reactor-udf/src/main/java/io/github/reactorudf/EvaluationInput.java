package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcEncoder;
import io.github.reactorudf.arrow.IpcMessage;
import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.CompleteFrame;
import io.github.reactorudf.protocol.PayloadFrame;
import io.github.reactorudf.transport.WorkerConnection;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * The way in: asks upstream for what may be sent, encodes it, hands it to the connection.
 *
 * <p>All state but the volatile fields is confined to {@code encoder}, one thread of the scheduler, on which upstream
 * is subscribed and requested as well. A source that answers a request on that thread is encoded in place; one that
 * emits elsewhere is encoded by a task. No task waits. At most one batch is asked for at a time, so one slot holds what
 * came from elsewhere, or came before the evaluation was open; whoever takes a batch out of the slot owns it.
 */
final class EvaluationInput implements CoreSubscriber<RecordBatch> {

    private final Evaluation evaluation;
    private final InputCredit credit;
    private final Context context;
    private final Scheduler.Worker encoder;
    private final AtomicReference<@Nullable RecordBatch> slot = new AtomicReference<>();

    private volatile @Nullable Subscription upstream;
    private volatile @Nullable Thread requesting;
    private volatile boolean stopped;
    private volatile boolean finished;

    private @Nullable WorkerConnection connection;
    private @Nullable Schema schema;
    private @Nullable Trip trip;
    private @Nullable IpcEncoder ipc;
    private boolean completed;
    private long id;

    EvaluationInput(Evaluation evaluation, InputCredit credit) {
        this.evaluation = evaluation;
        this.credit = credit;
        this.context = new WorkersHeld(evaluation.flux.runtime).oneMore(evaluation.actual.currentContext());
        Scheduler scheduler = evaluation.flux.options.subscribeOn();
        this.encoder = (scheduler == null ? evaluation.flux.runtime.scheduler() : scheduler).createWorker();
    }

    void subscribe(Flux<RecordBatch> source, WorkerConnection connection) {
        onEncoder(() -> {
            this.connection = connection;
            Schema told = evaluation.flux.options.inputSchema();
            schema = told == null ? null : IpcSchema.memoryFormat(told);
            source.subscribe(this);
        });
    }

    /** The worker is ready: what waited goes out. */
    void open(Trip opened, long evaluationId) {
        onEncoder(() -> {
            trip = opened;
            id = evaluationId;
            ipc = new IpcEncoder(opened.sent());
            RecordBatch first = slot.getAndSet(null);
            if (first != null) {
                encode(first);
            }
            if (completed) {
                complete();
            } else {
                pump();
            }
        });
    }

    /** There may be new credit. Any thread. */
    void resume() {
        if (!finished && credit.mayAsk()) {
            onEncoder(this::pump);
        }
    }

    /** Whether COMPLETE was sent. */
    boolean finished() {
        return finished;
    }

    /** Cancels upstream and releases what waits here; idempotent, any thread. */
    void stop() {
        stopped = true;
        Subscription current = upstream;
        if (current != null) {
            current.cancel();
        }
        releaseSlot();
        // As a task: disposing from outside would interrupt a source that reads a file, which closes the file under it.
        onEncoder(encoder::dispose);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (!Operators.validate(upstream, subscription)) {
            return;
        }
        upstream = subscription;
        if (stopped) {
            subscription.cancel();
        } else {
            onEncoder(this::pump);
        }
    }

    @Override
    public void onNext(RecordBatch batch) {
        if (Thread.currentThread() == requesting) {
            encode(batch);
            return;
        }
        if (!slot.compareAndSet(null, batch)) {
            batch.close();
            evaluation.fail(new IllegalStateException("upstream emitted more batches than were requested"));
            return;
        }
        if (stopped) {
            releaseSlot();
            return;
        }
        onEncoder(() -> {
            RecordBatch taken = slot.getAndSet(null);
            if (taken != null) {
                encode(taken);
                pump();
            }
        });
    }

    @Override
    public void onError(Throwable error) {
        if (stopped) {
            Operators.onErrorDropped(error, currentContext());
            return;
        }
        evaluation.fail(error);
    }

    @Override
    public void onComplete() {
        if (Thread.currentThread() == requesting) {
            complete();
        } else {
            onEncoder(this::complete);
        }
    }

    private void complete() {
        completed = true;
        WorkerConnection worker = connection;
        if (stopped || worker == null) {
            return;
        }
        if (trip != null) {
            finished = true;
            evaluation.send(new CompleteFrame(id).encode(worker.alloc()), () -> {});
            encoder.dispose();
        } else if (schema == null) {
            finished = true;
            evaluation.completeEmpty();
            encoder.dispose();
        }
    }

    private void pump() {
        Subscription current = upstream;
        if (requesting != null || current == null) {
            return;
        }
        requesting = Thread.currentThread();
        try {
            while (!stopped && !completed && credit.ask()) {
                current.request(1);
            }
        } finally {
            requesting = null;
        }
    }

    private void encode(RecordBatch batch) {
        try {
            Schema known = schema;
            if (known == null) {
                schema = batch.schema();
            } else if (!IpcSchema.sameTypes(known, batch.schema())) {
                throw new UdfException("the schema changes mid-stream: a batch has " + batch.schema() + " where "
                        + known + " was expected; give each schema an evaluation of its own");
            }
            Trip open = trip;
            if (open == null) {
                keep(batch);
            } else {
                send(batch, open);
            }
        } catch (RuntimeException e) {
            batch.close();
            evaluation.fail(e);
        }
    }

    private void keep(RecordBatch batch) {
        Schema wire = IpcSchema.messageFormat(batch.schema(), batch.dictionaries());
        slot.set(batch);
        if (stopped) {
            releaseSlot();
        } else {
            evaluation.prepare(wire);
        }
    }

    private void send(RecordBatch batch, Trip open) {
        WorkerConnection worker = connection;
        IpcEncoder encoding = ipc;
        if (stopped || worker == null || encoding == null) {
            batch.close();
            return;
        }
        List<FieldVector> columns = new ArrayList<>(open.reads().size());
        for (int index : open.reads()) {
            columns.add(batch.column(index));
        }
        List<IpcMessage> messages = encoding.encode(columns, batch.rowCount(), batch.dictionaries());
        long bytes = 0;
        for (IpcMessage message : messages) {
            bytes += message.metadata().length + message.bodyLength();
        }
        credit.spend(bytes, open.rowAligned() ? batch.sizeInBytes() : 0);
        if (open.rowAligned()) {
            evaluation.hold(batch);
        }
        for (int i = 0; i < messages.size(); i++) {
            ByteBuf frame = PayloadFrame.encode(worker.alloc(), id, messages.get(i));
            boolean last = i == messages.size() - 1;
            evaluation.send(frame, last && !open.rowAligned() ? batch::close : () -> {});
        }
    }

    private void releaseSlot() {
        RecordBatch waiting = slot.getAndSet(null);
        if (waiting != null) {
            waiting.close();
        }
    }

    private void onEncoder(Runnable task) {
        try {
            encoder.schedule(task);
        } catch (RejectedExecutionException e) {
            if (!stopped && !finished) {
                evaluation.fail(e);
            }
        }
    }
}
