package io.github.reactorudf;

import io.github.reactorudf.Preparations.Prepared;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One subscription that is evaluated on several workers: lanes, each an {@link Evaluation} of the batches that it asked
 * for first.
 *
 * <p>The first lane is begun as an evaluation on one worker is. Others are begun once it has prepared, when a batch of
 * upstream waits for a lane, while a worker is free that nobody waits for: so they hold up neither this evaluation nor
 * others, and what is upstream of it has its workers by then. A lane that gets none is left out until the next batch.
 */
final class ParallelEvaluation implements Subscription {

    final CoreSubscriber<? super RecordBatch> actual;

    private final EvaluationFlux flux;
    private final @Nullable Deadline deadline;
    private final int most;
    private final boolean ordered;
    private final EvaluationOptions options;
    private final DividedSource source;
    private final ParallelOutput output;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final AtomicBoolean beginning = new AtomicBoolean();
    private final Disposable.Swap deadlineTimer = Disposables.swap();

    private volatile @Nullable Trip trip;
    private volatile boolean stopped;

    ParallelEvaluation(EvaluationFlux flux, @Nullable Deadline deadline, CoreSubscriber<? super RecordBatch> actual) {
        this.flux = flux;
        this.deadline = deadline;
        this.actual = actual;
        this.most = flux.options.get(EvaluationOptions.PARALLELISM);
        this.ordered = !flux.options.get(EvaluationOptions.UNORDERED);
        this.options = flux.options.dividedBy(most);
        Scheduler scheduler = options.find(EvaluationOptions.SUBSCRIBE_ON);
        this.output = new ParallelOutput(this, options.find(EvaluationOptions.PUBLISH_ON));
        this.source = new DividedSource(
                flux.source,
                scheduler == null ? flux.runtime.scheduler() : scheduler,
                this::mayHaveMore,
                this::gives,
                this::beginMore,
                output::fail);
    }

    void start() {
        actual.onSubscribe(this);
        begin(
                new Lane(this, true, window()),
                options,
                flux.worker(actual.currentContext())
                        .doOnNext(lease -> output.deliverOn(lease.connection().eventLoop())));
    }

    private long window() {
        return options.get(EvaluationOptions.WINDOW).batches();
    }

    private void begin(Lane lane, EvaluationOptions own, Mono<WorkerLease> worker) {
        lanes.add(lane);
        EvaluationFlux part = new EvaluationFlux(flux.runtime, source.new Part(lane), flux.udfs, own);
        Attempt attempt = new Attempt(
                part.source, deadline, worker, lane.indexes()::of, prepared -> prepared(lane, prepared), source::drain);
        lane.start(new Evaluation(part, attempt, lane));
        if (stopped) {
            lane.cancel();
        }
    }

    private void prepared(Lane lane, Prepared prepared) {
        if (!prepared.divisible()) {
            throw new UdfException("parallelism(" + most + ") gives each worker a part of the batches, but "
                    + flux.functions() + " sees what batches have in common (groups, row frames or a second input):"
                    + " leave parallelism out, or evaluate parts that you divide by key");
        }
        Trip known = prepared.trips().get(0);
        if (ordered && !known.rowAligned()) {
            throw new UdfException("parallelism(" + most + ") keeps results in the order of batches, which needs one"
                    + " result row for each input row; " + flux.functions()
                    + " gives batches of its own: add unordered(), or leave parallelism out");
        }
        if (!known.rowAligned()) {
            lane.indexes().unaligned();
        }
        trip = known;
        if (source.waits()) {
            beginMore();
        }
        source.drain();
    }

    /**
     * Whether a lane that asks may be given a batch: it has less than half of its window under way, which the worker
     * grants anew in halves, and none has fewer, of those that are about to begin or could be begun too; or its
     * function waits for it. So no batch waits behind another one that takes long while a worker has none, and what
     * comes last is given to who is done first.
     */
    private boolean mayHaveMore(Lane lane) {
        long underWay = lane.indexes().underWay();
        return (underWay < Math.max(1, window() / 2) && underWay <= fewestUnderWay()) || lane.waits();
    }

    private long fewestUnderWay() {
        if (lanes.size() < most && flux.runtime.anyFree()) {
            return 0;
        }
        return lanes.stream()
                .filter(lane -> !lane.done())
                .mapToLong(lane -> lane.indexes().underWay())
                .min()
                .orElse(0);
    }

    /** A lane is about to be given a batch. */
    private void gives(Lane lane) {
        if (ordered) {
            output.due(lane);
        }
    }

    /** A batch waits for a lane: begins those that there is a worker for. */
    private void beginMore() {
        Trip known = trip;
        if (known != null && lanes.size() < most && flux.runtime.anyFree() && beginning.compareAndSet(false, true)) {
            EvaluationOptions told = options.with(EvaluationOptions.INPUT_SCHEMA, known.input());
            while (lanes.size() < most && flux.runtime.anyFree() && !stopped) {
                begin(new Lane(this, false, window()), told, flux.runtime.acquireFree());
            }
            beginning.set(false);
        }
    }

    /** A lane has one more result. */
    void gave(Lane lane) {
        if (!ordered) {
            output.due(lane);
        }
        source.drain();
        output.drain();
    }

    void completed() {
        source.drain();
        output.drain();
    }

    /**
     * A lane failed: what the worker or the function did is told in its turn, once the results before it are delivered;
     * other failures at once.
     */
    void failed(Lane lane, Throwable error) {
        if (!lane.participates()
                && (error instanceof EvaluationRejectedException || error instanceof UdfTimeoutException)) {
            // It is left out; the deadline is watched by those that are not.
            lanes.remove(lane);
            source.drain();
            return;
        }
        source.end();
        boolean inTurn = error instanceof UdfException
                && !(error instanceof UdfTimeoutException)
                && !(error instanceof ProtocolException);
        if (inTurn && !ordered) {
            output.due(lane);
        } else if (!inTurn || !lane.indexes().unanswered()) {
            output.fail(error);
        }
        output.drainElsewhere();
    }

    /** Whether lanes were begun, and none gives any more. */
    boolean allDone() {
        return !lanes.isEmpty() && lanes.stream().allMatch(lane -> lane.done() || !lane.participates());
    }

    /** All is evaluated, and the lanes' deadlines with it. */
    void waitsForDownstream() {
        Deadline set = deadline;
        if (set != null) {
            deadlineTimer.update(flux.runtime
                    .timer()
                    .schedule(
                            () -> output.fail(new UdfTimeoutException(
                                    set.missed(
                                            flux.functions(), "it waited for downstream to request the last results"),
                                    "")),
                            Math.max(0, set.left()),
                            TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            output.fail(new IllegalArgumentException(
                    "rule 3.9 of Reactive Streams: " + n + " was requested; it must be above 0"));
        } else {
            output.request(n);
        }
    }

    @Override
    public void cancel() {
        stop();
        output.cancel();
    }

    /** Ends all lanes. Any thread; idempotent. */
    void stop() {
        stopped = true;
        deadlineTimer.dispose();
        source.close();
        lanes.forEach(Lane::cancel);
    }

    /** Releases the results that wait. */
    void clear() {
        lanes.forEach(Lane::clear);
    }
}
