package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.CancelFrame;
import io.github.reactorudf.protocol.CompleteFrame;
import io.github.reactorudf.protocol.EndedFrame;
import io.github.reactorudf.protocol.ErrorFrame;
import io.github.reactorudf.protocol.Frame;
import io.github.reactorudf.protocol.PayloadFrame;
import io.github.reactorudf.protocol.PrepareFrame;
import io.github.reactorudf.protocol.PreparedFrame;
import io.github.reactorudf.protocol.RequestNFrame;
import io.github.reactorudf.protocol.SetupFrame;
import io.github.reactorudf.transport.FrameReceiver;
import io.github.reactorudf.transport.WorkerConnection;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * One subscription: one stream in, one out, on one worker.
 *
 * <p>The phases go one way: a worker is acquired, the source is subscribed to, its first batch (or the schema that was
 * told) prepares the UDFs, SETUP opens the evaluation on the worker, and the worker's ENDED (or its loss) gives the
 * worker back. What follows from frames is confined to the connection's event loop. {@link EvaluationInput} and
 * {@link EvaluationOutput} are the two directions; they share nothing but {@link InputCredit}.
 */
final class Evaluation implements Subscription, FrameReceiver {

    private enum Phase {
        UNPREPARED,
        PREPARING,
        OPEN,
        STOPPING,
        ENDED
    }

    final EvaluationFlux flux;
    final CoreSubscriber<? super RecordBatch> actual;

    private final EvaluationInput input;
    private final EvaluationOutput output;
    private final InputCredit credit;
    private final WorkerAcquisition acquisition;

    private volatile @Nullable WorkerLease lease;
    private volatile boolean stopped;
    private volatile long id;

    private Phase phase = Phase.UNPREPARED;
    private boolean workerDone;

    Evaluation(EvaluationFlux flux, CoreSubscriber<? super RecordBatch> actual) {
        this.flux = flux;
        this.actual = actual;
        this.credit = new InputCredit(flux.options.windowOrDefault(), flux.options.maxHeldBytesOrDefault());
        this.input = new EvaluationInput(this, credit);
        this.output = new EvaluationOutput(this, flux.options);
        this.acquisition = new WorkerAcquisition(this::acquired, this::fail, actual.currentContext());
    }

    void start() {
        int held = new WorkersHeld(flux.runtime).in(actual.currentContext());
        int workers = flux.runtime.workers();
        if (held >= workers) {
            fail(new UdfException("evaluations downstream hold " + held + " of the runtime's " + workers
                    + " workers until this one ends, so none is ever free for it; raise workers(...), or apply the"
                    + " transforms directly after one another, which makes them one trip to one worker"));
            return;
        }
        flux.runtime.acquire().subscribe(acquisition);
    }

    private void acquired(WorkerLease acquired) {
        lease = acquired;
        output.deliverOn(acquired.connection().eventLoop());
        if (stopped) {
            onLoop(this::stopOnLoop);
            return;
        }
        Schema told = flux.options.inputSchema();
        if (told != null) {
            prepare(told);
        }
        input.subscribe(flux.source, acquired.connection());
    }

    /** The input's schema, in message format, is known: asks the worker to prepare, once. Any thread. */
    void prepare(Schema schema) {
        onLoop(() -> {
            WorkerLease current = lease;
            if (phase != Phase.UNPREPARED || current == null) {
                return;
            }
            phase = Phase.PREPARING;
            List<PrepareFrame.Stage> stages = flux.udfs.stream().map(Udf::stage).toList();
            current.connection()
                    .prepare(flux.runtime.modules(), stages, IpcSchema.write(schema))
                    .subscribe(prepared -> open(current.connection(), schema, prepared), this::notPrepared);
        });
    }

    private void open(WorkerConnection connection, Schema inputSchema, PreparedFrame prepared) {
        if (phase != Phase.PREPARING) {
            return;
        }
        try {
            Trip trip = Trip.of(inputSchema, prepared);
            output.open(trip, flux.runtime.allocator());
            phase = Phase.OPEN;
            id = connection.attach(this);
            if (phase == Phase.OPEN) {
                connection.send(new SetupFrame(id, prepared.id(), flux.options.windowOrDefault(), output.openDemand()));
                input.open(trip, id);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void notPrepared(Throwable cause) {
        if (phase == Phase.PREPARING) {
            phase = Phase.UNPREPARED;
            input.stop();
            WorkerErrors.of(cause, lease).subscribe(output::fail);
            stopOnLoop();
        }
    }

    /** The source was empty and its schema is not known: so is the result. Any thread. */
    void completeEmpty() {
        output.complete(null);
        onLoop(this::stopOnLoop);
    }

    /** Something on this side failed: downstream is told at once, the worker is told to stop. Any thread. */
    void fail(Throwable cause) {
        output.fail(cause);
        stop();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            fail(new IllegalArgumentException(
                    "rule 3.9 of Reactive Streams: " + n + " was requested; it must be above 0"));
            return;
        }
        output.request(n);
        grant();
    }

    @Override
    public void cancel() {
        output.cancel();
        stop();
    }

    private void stop() {
        stopped = true;
        acquisition.cancel();
        input.stop();
        onLoop(this::stopOnLoop);
    }

    private void stopOnLoop() {
        WorkerLease current = lease;
        if (current == null) {
            return;
        }
        switch (phase) {
            case UNPREPARED -> {
                phase = Phase.ENDED;
                current.release();
            }
            case PREPARING -> {
                // User code may be importing, with no evaluation whose end could be waited for.
                phase = Phase.ENDED;
                current.kill();
            }
            case OPEN -> {
                phase = Phase.STOPPING;
                current.connection().send(new CancelFrame(id));
                current.stopWithin(id, flux.runtime.cancelGrace());
            }
            case STOPPING, ENDED -> {}
        }
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame instanceof PayloadFrame payload) {
            output.receive(payload);
        } else if (frame instanceof RequestNFrame grant) {
            credit.grant(grant.credit(), grant.waiting());
            input.resume();
            failIfStuck();
        } else if (frame instanceof CompleteFrame) {
            workerDone(null);
        } else if (frame instanceof ErrorFrame error) {
            workerDone(WorkerErrors.of(error));
        } else if (frame instanceof EndedFrame ended) {
            ended(ended.retiring());
        } else {
            throw new ProtocolException("the worker sent a " + frame.type() + " frame in an evaluation");
        }
    }

    private void workerDone(@Nullable Throwable error) {
        workerDone = true;
        output.complete(error);
        if (!input.finished()) {
            input.stop();
            stopOnLoop();
        }
    }

    private void ended(boolean retiring) {
        WorkerLease current = lease;
        if (current == null || phase == Phase.ENDED) {
            return;
        }
        boolean early = !workerDone && phase == Phase.OPEN;
        phase = Phase.ENDED;
        current.connection().detach();
        if (retiring || early) {
            current.invalidate();
        } else {
            current.release();
        }
        if (early) {
            output.fail(new ProtocolException("the worker ended the evaluation without a result"));
        }
    }

    @Override
    public void onLost(Throwable cause) {
        WorkerLease current = lease;
        phase = Phase.ENDED;
        input.stop();
        if (!workerDone) {
            WorkerErrors.of(cause, current).subscribe(output::complete);
        }
        if (current != null && cause instanceof ProtocolException) {
            current.kill();
        } else if (current != null) {
            current.invalidate();
        }
    }

    /** A batch was handed downstream, and {@code heldBytes} need no longer be held for it. The delivering thread. */
    void delivered(long heldBytes) {
        credit.releaseHeld(heldBytes);
        output.settle();
        grant();
        if (heldBytes > 0) {
            input.resume();
        }
        failIfStuck();
    }

    boolean inputFinished() {
        return input.finished();
    }

    void hold(RecordBatch batch) {
        output.hold(batch);
    }

    /**
     * Sends a frame of the input, unless the worker was told to stop or has ended: nothing follows CANCEL (rule P14).
     * Any thread; one thread's frames keep their order.
     *
     * @param frame taken over
     * @param done runs on the event loop once the frame is written, or never will be
     */
    void send(ByteBuf frame, Runnable done) {
        onLoop(() -> {
            WorkerLease current = lease;
            if (phase == Phase.OPEN && current != null) {
                current.connection().send(frame, done);
            } else {
                frame.release();
                done.run();
            }
        });
    }

    private void grant() {
        WorkerLease current = lease;
        if (current != null) {
            var granted = output.grant();
            if (granted.batches() > 0 || granted.bytes() > 0) {
                current.connection().send(new RequestNFrame(id, granted, false));
            }
        }
    }

    /** Fails a function that can get no more input before it gives something back; one that is at its end gets that. */
    private void failIfStuck() {
        if (credit.stuck() && output.allSettled() && !input.finished()) {
            fail(new UdfException("the function read " + output.heldRows() + " rows (" + credit.heldBytes()
                    + " bytes) ahead of its output; raise maxHeldBytes (" + flux.options.maxHeldBytesOrDefault()
                    + ") or use a map kind"));
        }
    }

    private void onLoop(Runnable task) {
        WorkerLease current = lease;
        if (current == null) {
            return;
        }
        var loop = current.connection().eventLoop();
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
