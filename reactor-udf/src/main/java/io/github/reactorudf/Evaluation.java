package io.github.reactorudf;

import io.github.reactorudf.BatchClock.Activity;
import io.github.reactorudf.Preparations.Preparation;
import io.github.reactorudf.Preparations.Prepared;
import io.github.reactorudf.protocol.BordersFrame;
import io.github.reactorudf.protocol.CancelFrame;
import io.github.reactorudf.protocol.CompleteFrame;
import io.github.reactorudf.protocol.EndedFrame;
import io.github.reactorudf.protocol.ErrorFrame;
import io.github.reactorudf.protocol.Frame;
import io.github.reactorudf.protocol.PayloadFrame;
import io.github.reactorudf.protocol.PrepareFrame;
import io.github.reactorudf.protocol.RequestNFrame;
import io.github.reactorudf.protocol.RowErrorsFrame;
import io.github.reactorudf.protocol.SetupFrame;
import io.github.reactorudf.transport.FrameReceiver;
import io.github.reactorudf.transport.WorkerConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * One subscription: one stream in, or two, and one out, on one worker.
 *
 * <p>The phases go one way: a worker is acquired, the sources are subscribed to, their first batches (or the schemas
 * that were told) prepare the UDFs, SETUP opens the evaluation on the worker, and the worker's ENDED (or its loss)
 * gives the worker back. What follows from frames is confined to the connection's event loop. {@link EvaluationInput},
 * one for each source, and {@link EvaluationOutput} are the two directions; they share nothing but {@link InputCredit}.
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

    private final Attempt attempt;
    private final EvaluationTimeouts timeouts;
    private final EvaluationInput input;
    private final List<EvaluationInput> inputs;
    private final InputSchemas schemas;
    private final EvaluationOutput output;
    private final WorkerAcquisition acquisition;

    /** Frames of the input, or what opens the evaluation, that the event loop was given and has not sent yet. */
    private final AtomicInteger handedOver = new AtomicInteger();

    private volatile @Nullable WorkerLease lease;
    private volatile List<PrepareFrame.Stage> stages = List.of();
    private volatile boolean stopped;
    private volatile long id;

    private Phase phase = Phase.UNPREPARED;
    private boolean workerDone;

    /** The end of the output, which downstream is told with that of the evaluation. */
    private @Nullable Runnable ending;

    Evaluation(EvaluationFlux flux, Attempt attempt, CoreSubscriber<? super RecordBatch> actual) {
        this.flux = flux;
        this.attempt = attempt;
        this.actual = actual;
        this.timeouts = new EvaluationTimeouts(this, attempt.deadline());
        EvaluationOptions.Right right = flux.options.find(EvaluationOptions.RIGHT);
        this.input = new EvaluationInput(this, EvaluationInput.LEFT, flux.options.find(EvaluationOptions.INPUT_SCHEMA));
        this.inputs = right == null
                ? List.of(input)
                : List.of(input, new EvaluationInput(this, EvaluationInput.RIGHT, right.schema()));
        this.schemas = new InputSchemas(inputs.size());
        this.output = new EvaluationOutput(this, flux.options, attempt.indexes());
        this.acquisition = new WorkerAcquisition(this::acquired, this::fail, actual.currentContext());
    }

    void start() {
        if (stopped || !timeouts.start()) {
            return;
        }
        ResourceCode.stages(flux.udfs, flux.runtime.scheduler()).subscribe(this::acquire, this::fail);
    }

    private void acquire(List<PrepareFrame.Stage> read) {
        stages = read;
        attempt.worker().subscribe(acquisition);
    }

    private void acquired(WorkerLease acquired) {
        lease = acquired;
        output.deliverOn(acquired.connection().eventLoop());
        if (stopped) {
            onLoop(this::stopOnLoop);
            return;
        }
        onLoop(() -> timeouts.acquired(acquired.connection().eventLoop()));
        input.subscribe(attempt.source(), acquired.connection());
        EvaluationOptions.Right right = flux.options.find(EvaluationOptions.RIGHT);
        if (right != null) {
            inputs.get(EvaluationInput.RIGHT).subscribe(right.source(), acquired.connection());
        }
    }

    /**
     * The schema of an input, in message format, is known; once for each. Any thread. If the UDFs were prepared for it
     * before, the evaluation opens at once, and what waits in the input goes out in the same write.
     */
    void know(int side, Schema schema) {
        WorkerLease current = lease;
        Prepared before = current == null || inputs.size() > 1
                ? null
                : current.worker().preparations().find(preparation(List.of(schema)));
        if (current == null || before == null) {
            onLoop(() -> {
                schemas.know(side, schema);
                prepareOnceKnown();
            });
            return;
        }
        long upcoming = current.connection().nextEvaluation();
        boolean batchWaits = input.holdsBatch();
        // No batch may be sent before the evaluation is open, not even one that the event loop emits before it comes to
        // this, or within it.
        handedOver.incrementAndGet();
        onLoop(() -> {
            if (phase == Phase.UNPREPARED && !stopped) {
                phase = Phase.PREPARING;
                open(current.connection(), before, batchWaits);
            }
            handedOver.decrementAndGet();
        });
        input.open(before.trips().get(0), upcoming);
    }

    private Preparation preparation(List<Schema> inputSchemas) {
        return new Preparation(flux.options.get(EvaluationOptions.ROW_ERRORS).asked(), stages, inputSchemas);
    }

    /** An input was empty, and its schema is not known. Any thread. */
    void stayUnknown(int side) {
        onLoop(() -> {
            schemas.stayUnknown(side);
            prepareOnceKnown();
        });
    }

    /** Once the schemas of all inputs are known, asks the worker to prepare. */
    private void prepareOnceKnown() {
        WorkerLease current = lease;
        if (phase != Phase.UNPREPARED || current == null || stopped) {
            return;
        }
        if (schemas.allStayUnknown()) {
            // So is the result's, and it is empty.
            output.complete(null);
            stopOnLoop();
        } else if (schemas.oneStaysUnknown()) {
            boolean first = schemas.firstStaysUnknown();
            fail(new UdfException("the " + (first ? "left" : "right") + " input of " + functions()
                    + " is empty, and its schema is not known: say it by "
                    + (first ? "inputSchema(schema)" : "right(source, schema)")));
        } else if (schemas.allKnown()) {
            prepare(current);
        }
    }

    private void prepare(WorkerLease current) {
        phase = Phase.PREPARING;
        current.worker()
                .preparations()
                .prepare(flux.runtime.modules(), preparation(schemas.known()))
                .subscribe(prepared -> open(current.connection(), prepared, false), this::notPrepared);
        if (phase == Phase.PREPARING) {
            timeouts.preparing(current.connection().eventLoop());
        }
    }

    private void open(WorkerConnection connection, Prepared prepared, boolean batchFollows) {
        if (phase != Phase.PREPARING) {
            return;
        }
        timeouts.prepared();
        try {
            Trip trip = prepared.trips().get(0);
            attempt.prepared().accept(prepared);
            Map<String, String> context = flux.runtime.passedOn(actual.currentContext());
            output.open(trip, flux.runtime.allocator());
            phase = Phase.OPEN;
            id = connection.attach(this);
            if (phase == Phase.OPEN) {
                SetupFrame setup = new SetupFrame(
                        id,
                        prepared.id(),
                        flux.options.get(EvaluationOptions.WINDOW),
                        output.openDemand(),
                        timeouts.clocked(),
                        context);
                if (batchFollows) {
                    connection.sendWithNext(setup);
                } else {
                    connection.send(setup);
                }
                inputs.forEach(each -> each.open(prepared.trips().get(each.side), id));
                observe();
            }
        } catch (RuntimeException e) {
            if (phase == Phase.PREPARING && !(e instanceof ProtocolException)) {
                // The worker did its part, and is at nothing now.
                phase = Phase.UNPREPARED;
            }
            fail(e);
        }
    }

    /**
     * Whether batches may be sent as one: a clock is told of each (rule D8), and a window of one is lock-step. Any
     * thread.
     */
    boolean merges(Trip trip) {
        return trip.mergeable()
                && !timeouts.clocked()
                && flux.options.get(EvaluationOptions.WINDOW).batches() > 1;
    }

    private void notPrepared(Throwable cause) {
        if (phase == Phase.PREPARING) {
            timeouts.prepared();
            if (cause instanceof ProtocolException) {
                fail(cause);
                return;
            }
            phase = Phase.UNPREPARED;
            inputs.forEach(EvaluationInput::stop);
            WorkerErrors.of(cause, lease).subscribe(output::fail);
            stopOnLoop();
        }
    }

    /** The deadline has passed. Any thread. */
    void missed(Deadline deadline) {
        if (lease == null) {
            fail(new UdfTimeoutException(deadline.missed(functions(), "it waited for a worker"), ""));
        } else {
            onLoop(() -> timedOut(deadline.missed(functions(), doing())));
        }
    }

    private String doing() {
        return switch (phase) {
            case UNPREPARED -> "it waited for the first batch of upstream";
            case PREPARING -> "the worker was importing and preparing";
            case OPEN -> "it was evaluating" + (userCodeRuns() ? "" : ", and waited for " + waitsFor());
            case STOPPING, ENDED -> "it waited for downstream to request the last results";
        };
    }

    /** A time limit has passed: fails with where Python is, if that is to be had. On the event loop. */
    void timedOut(String message) {
        timeouts.stopClocks();
        WorkerLease current = lease;
        if (current == null || phase == Phase.STOPPING || phase == Phase.ENDED) {
            fail(new UdfTimeoutException(message, ""));
        } else {
            current.stack().subscribe(stack -> fail(new UdfTimeoutException(message, stack)));
        }
    }

    /** The functions evaluated, for messages. */
    String functions() {
        return flux.functions();
    }

    /** What an evaluation in which no user code runs waits for. */
    String waitsFor() {
        boolean upstream =
                phase == Phase.UNPREPARED || inputs.stream().anyMatch(each -> each.credit.waitsForUpstream());
        return upstream ? "a batch of upstream" : "downstream to request";
    }

    /** Whether user code took all that was sent of the input, of two the left one, and waits for more. Any thread. */
    boolean waitsForInput() {
        return input.credit.waiting();
    }

    private boolean userCodeRuns() {
        return output.credited() && inputs.stream().noneMatch(each -> !each.finished() && each.credit.waiting());
    }

    /** Tells the clock what the evaluation is at. On the event loop. */
    private void observe() {
        if (timeouts.clocked() && phase == Phase.OPEN && !workerDone) {
            timeouts.now(userCodeRuns() ? Activity.RUNNING : Activity.IDLE);
        }
    }

    /** Something on this side failed: downstream is told at once, the worker is told to stop. Any thread. */
    void fail(Throwable cause) {
        // First, so that nothing is begun once downstream has had its error.
        stopped = true;
        acquisition.cancel();
        output.fail(cause);
        if (cause instanceof ProtocolException broken) {
            distrust(broken);
        }
        stop();
    }

    /** What the worker sent breaks the protocol: it is not used again, unless it was given back before. Any thread. */
    void distrust(ProtocolException cause) {
        onLoop(() -> {
            WorkerLease current = lease;
            if (current != null && phase != Phase.ENDED) {
                current.connection().fail(cause);
            }
        });
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
        inputs.forEach(EvaluationInput::stop);
        onLoop(this::stopOnLoop);
    }

    private void stopOnLoop() {
        WorkerLease current = lease;
        if (current == null) {
            return;
        }
        timeouts.stopClocks();
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
            if (workerDone) {
                payload.body().close();
                throw new ProtocolException("the worker sent a batch after the end of its output");
            }
            input.answered(output.receive(payload));
            progress();
            WorkerLease current = lease;
            if (current != null) {
                expectResult(current);
            }
        } else if (frame instanceof BordersFrame borders) {
            output.receive(borders);
        } else if (frame instanceof RowErrorsFrame failed) {
            output.receive(failed);
        } else if (frame instanceof RequestNFrame grant) {
            EvaluationInput granted = granted(grant);
            granted.credit.grant(grant.credit(), grant.waiting());
            if (grant.credit().batches() > 0) {
                progress();
            }
            observe();
            granted.resume();
            failIfStuck();
            if (grant.waiting()) {
                attempt.waits().run();
            }
        } else if (frame instanceof CompleteFrame) {
            workerDone(null);
        } else if (frame instanceof ErrorFrame error) {
            workerDone(WorkerErrors.of(error, attempt.indexes()));
        } else if (frame instanceof EndedFrame ended) {
            ended(ended.retiring());
        } else {
            throw new ProtocolException("the worker sent a " + frame.type() + " frame in an evaluation");
        }
    }

    private void expectResult(WorkerLease current) {
        if (phase == Phase.OPEN && output.awaitsResult()) {
            current.connection().expectAnswer();
        }
    }

    private EvaluationInput granted(RequestNFrame grant) {
        if (!grant.right()) {
            return input;
        }
        if (inputs.size() == 1) {
            throw new ProtocolException("the worker grants for a second input, but there is one");
        }
        return inputs.get(EvaluationInput.RIGHT);
    }

    private void progress() {
        timeouts.progress();
        observe();
    }

    private void workerDone(@Nullable Throwable error) {
        if (error instanceof ProtocolException broken) {
            throw broken;
        }
        if (workerDone) {
            throw new ProtocolException("the worker ended its output twice");
        }
        if (output.awaitsDivided()) {
            throw new ProtocolException("the worker ended its output after a BORDERS frame without its batch");
        }
        workerDone = true;
        timeouts.stopClocks();
        if (inputFinished()) {
            // ENDED is in the same write. Who begins another evaluation when told of the end is to have the worker.
            ending = () -> output.complete(error);
            return;
        }
        output.complete(error);
        inputs.forEach(EvaluationInput::stop);
        stopOnLoop();
    }

    private void tellEnding() {
        Runnable telling = ending;
        if (telling != null) {
            ending = null;
            telling.run();
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
        tellEnding();
    }

    @Override
    public void onLost(Throwable cause) {
        WorkerLease current = lease;
        phase = Phase.ENDED;
        timeouts.stopClocks();
        inputs.forEach(EvaluationInput::stop);
        if (!workerDone) {
            WorkerErrors.of(cause, current).subscribe(output::complete);
        }
        tellEnding();
        if (current != null && cause instanceof ProtocolException) {
            current.kill();
        } else if (current != null) {
            current.invalidate();
        }
    }

    /** A batch was handed downstream, and {@code heldBytes} need no longer be held for it. The delivering thread. */
    void delivered(long heldBytes) {
        input.credit.releaseHeld(heldBytes);
        output.settle();
        grant();
        if (heldBytes > 0) {
            input.resume();
        }
        failIfStuck();
    }

    /** Downstream has had its end. Any thread. */
    void finished() {
        timeouts.stopDeadline();
    }

    /** Whether all input was sent. */
    boolean inputFinished() {
        return inputs.stream().allMatch(EvaluationInput::finished);
    }

    void hold(RecordBatch batch) {
        output.hold(batch);
    }

    /**
     * Sends a frame of the input, unless the worker was told to stop or has ended: nothing follows CANCEL (rule P14).
     * Any thread, one at a time: the frames keep their order, so on the event loop too none overtakes another that is
     * on its way there.
     *
     * @param frame taken over
     * @param done runs on the event loop once the frame is written, or never will be
     */
    void send(ByteBuf frame, Runnable done) {
        WorkerLease current = lease;
        if (current == null) {
            frame.release();
            done.run();
            return;
        }
        EventLoop loop = current.connection().eventLoop();
        if (loop.inEventLoop() && handedOver.get() == 0) {
            send(current, frame, done);
            return;
        }
        handedOver.incrementAndGet();
        loop.execute(() -> {
            handedOver.decrementAndGet();
            send(current, frame, done);
        });
    }

    private void send(WorkerLease current, ByteBuf frame, Runnable done) {
        if (phase == Phase.OPEN) {
            current.connection().send(frame, done);
            expectResult(current);
            observe();
        } else {
            frame.release();
            done.run();
        }
    }

    private void grant() {
        WorkerLease current = lease;
        if (current != null) {
            var granted = output.grant();
            if (granted.batches() > 0 || granted.bytes() > 0) {
                RequestNFrame grant = new RequestNFrame(id, granted, false, false);
                if (timeouts.clocked()) {
                    // One task: the answer must not come before the clock knows that user code runs.
                    onLoop(() -> {
                        current.connection().send(grant);
                        observe();
                    });
                } else {
                    current.connection().send(grant);
                }
            }
        }
    }

    /** Fails a function that can get no more input before it gives something back; one that is at its end gets that. */
    private void failIfStuck() {
        if (input.credit.stuck() && output.allSettled() && !input.finished()) {
            fail(new UdfException("the function read " + output.heldRows() + " rows (" + input.credit.heldBytes()
                    + " bytes) ahead of its output; raise maxHeldBytes ("
                    + flux.options.get(EvaluationOptions.MAX_HELD_BYTES)
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
