package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.CompleteFrame;
import io.github.reactorudf.transport.WorkerConnection;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * The way in, of the input or of one of two: asks upstream for what may be sent, encodes it, hands it to the
 * connection.
 *
 * <p>Upstream is subscribed and requested on {@code encoder}, one thread of the scheduler, or the event loop if
 * upstream is a constant, which can't block; what it answers there is encoded in place. So is a batch of up to 1 MiB
 * that comes from elsewhere, since to change the thread takes longer, and the next one is requested there; a larger one
 * is encoded by a task. At most one batch is asked for at a time, so one slot holds what came from elsewhere, or came
 * before the evaluation was open; whoever takes a batch out of the slot owns it. Who encodes holds {@code encoding},
 * for which only {@code encoder} waits.
 */
final class EvaluationInput implements CoreSubscriber<RecordBatch> {

    static final int LEFT = 0;
    static final int RIGHT = 1;

    private static final long IN_PLACE_BYTES = 1 << 20;

    final int side;
    final InputCredit credit;

    private final Evaluation evaluation;
    private final @Nullable Schema told;
    private final Context context;
    private final @Nullable Scheduler scheduler;
    private final AtomicReference<@Nullable RecordBatch> slot = new AtomicReference<>();
    private final AtomicReference<@Nullable Thread> requesting = new AtomicReference<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean opened = new AtomicBoolean();
    private final ReentrantLock encoding = new ReentrantLock();

    private volatile @Nullable Subscription upstream;
    private volatile boolean stopped;
    private volatile boolean finished;
    private volatile @Nullable UnitSender sender;

    private volatile @Nullable WorkerConnection connection;
    private volatile Scheduler.@Nullable Worker encoder;
    private volatile boolean completed;
    private @Nullable Schema schema;
    private long id;

    /**
     * @param side {@link #LEFT}, of a single input too, or {@link #RIGHT}
     * @param told the schema, if it is known before the first batch
     */
    EvaluationInput(Evaluation evaluation, int side, @Nullable Schema told) {
        EvaluationOptions options = evaluation.flux.options;
        this.evaluation = evaluation;
        this.side = side;
        this.told = told;
        this.credit =
                new InputCredit(options.get(EvaluationOptions.WINDOW), options.get(EvaluationOptions.MAX_HELD_BYTES));
        this.context = new WorkersHeld(evaluation.flux.runtime).oneMore(evaluation.actual.currentContext());
        this.scheduler = options.find(EvaluationOptions.SUBSCRIBE_ON);
    }

    void subscribe(Flux<RecordBatch> source, WorkerConnection connection) {
        // Before any task: the evaluation may open at once.
        this.connection = connection;
        Scheduler.Worker worker = encodingOn(source, connection).createWorker();
        encoder = worker;
        if (stopped) {
            worker.dispose();
            return;
        }
        if (told != null) {
            schema = IpcSchema.memoryFormat(told);
            evaluation.know(side, told);
        }
        onEncoder(() -> source.subscribe(this));
    }

    private Scheduler encodingOn(Flux<RecordBatch> source, WorkerConnection connection) {
        if (scheduler != null) {
            return scheduler;
        }
        return source instanceof Fuseable.ScalarCallable
                ? Schedulers.fromExecutor(task -> connection.eventLoop().execute(task))
                : evaluation.flux.runtime.scheduler();
    }

    /** The worker is ready, or is being told: what waited goes out. The first call counts; any thread. */
    void open(Trip prepared, long evaluationId) {
        if (opened.getAndSet(true)) {
            return;
        }
        onEncoder(() -> {
            WorkerConnection worker = connection;
            if (stopped || worker == null) {
                return;
            }
            id = evaluationId;
            sender = new UnitSender(evaluation, this, prepared, id, worker.alloc(), evaluation.merges(prepared));
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

    /** Whether a batch waits for the evaluation to open. Any thread. */
    boolean holdsBatch() {
        return slot.get() != null;
    }

    /** There may be new credit. Any thread. */
    void resume() {
        UnitSender open = sender;
        if (!finished && (credit.mayAsk() || (open != null && open.mayFlush()))) {
            onEncoder(this::pump);
        }
    }

    /** Results of so many batches came. Any thread. */
    void answered(int batches) {
        UnitSender open = sender;
        if (open != null) {
            open.answered(batches);
            if (open.mayFlush()) {
                onEncoder(this::pump);
            }
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
        UnitSender open = sender;
        if (open != null) {
            open.close();
        }
        // As a task: disposing from outside would interrupt a source that reads a file, which closes the file under it.
        onEncoder(this::disposeEncoder);
    }

    private void disposeEncoder() {
        Scheduler.Worker worker = encoder;
        if (worker != null) {
            worker.dispose();
        }
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
        if (Thread.currentThread() == requesting.get()) {
            encode(batch);
            return;
        }
        if (sender != null && batch.sizeInBytes() <= IN_PLACE_BYTES && encoding.tryLock()) {
            try {
                encode(batch);
            } finally {
                encoding.unlock();
            }
            pump();
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
        queued.incrementAndGet();
        onEncoder(() -> {
            RecordBatch taken = slot.getAndSet(null);
            if (taken != null) {
                encode(taken);
            }
            queued.decrementAndGet();
            if (taken != null) {
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
        // What another thread emitted may still be on its way to the encoder: the end must not overtake it.
        if (Thread.currentThread() == requesting.get() && queued.get() == 0) {
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
        UnitSender open = sender;
        if (open != null) {
            flush(open);
            if (!open.isEmpty()) {
                return;
            }
            finished = true;
            evaluation.send(new CompleteFrame(id, side == RIGHT).encode(worker.alloc()), () -> {});
            disposeEncoder();
        } else if (schema == null) {
            finished = true;
            evaluation.stayUnknown(side);
            disposeEncoder();
        }
    }

    private void pump() {
        Subscription current = upstream;
        Thread here = Thread.currentThread();
        if (current == null || requesting.get() == here) {
            return;
        }
        if (!requesting.compareAndSet(null, here)) {
            // Another thread may just have looked for the last time.
            onEncoder(this::pump);
            return;
        }
        try {
            while (!stopped && !completed && credit.ask()) {
                current.request(1);
            }
        } finally {
            requesting.set(null);
        }
        UnitSender open = sender;
        if (open != null && !open.isEmpty()) {
            flush(open);
            if (completed) {
                complete();
            }
        }
    }

    private void encode(RecordBatch batch) {
        try {
            whileEncoding(() -> {
                requireSchema(batch.schema());
                UnitSender open = sender;
                if (open == null) {
                    keep(batch);
                } else if (stopped) {
                    batch.close();
                } else {
                    open.send(batch);
                    flush(open);
                }
            });
        } catch (RuntimeException e) {
            batch.close();
            evaluation.fail(e);
        }
    }

    private void requireSchema(Schema given) {
        Schema known = schema;
        if (known == null) {
            schema = given;
        } else if (!IpcSchema.sameTypes(known, given)) {
            throw new UdfException("the schema changes mid-stream: a batch has " + given + " where " + known
                    + " was expected; give each schema an evaluation of its own");
        }
    }

    private void whileEncoding(Runnable task) {
        encoding.lock();
        try {
            task.run();
        } finally {
            encoding.unlock();
        }
    }

    private void keep(RecordBatch batch) {
        Schema wire = IpcSchema.messageFormat(batch.schema(), batch.dictionaries());
        slot.set(batch);
        if (stopped) {
            releaseSlot();
        } else if (told == null) {
            evaluation.know(side, wire);
        }
    }

    private void flush(UnitSender open) {
        try {
            whileEncoding(() -> open.flush(!completed && credit.expects()));
        } catch (RuntimeException e) {
            evaluation.fail(e);
        }
    }

    private void releaseSlot() {
        RecordBatch waiting = slot.getAndSet(null);
        if (waiting != null) {
            waiting.close();
        }
    }

    private void onEncoder(Runnable task) {
        Scheduler.Worker worker = encoder;
        if (worker == null) {
            return;
        }
        try {
            worker.schedule(task);
        } catch (RejectedExecutionException e) {
            if (!stopped && !finished) {
                evaluation.fail(e);
            }
        }
    }
}
