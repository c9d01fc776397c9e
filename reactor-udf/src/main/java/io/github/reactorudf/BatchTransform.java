package io.github.reactorudf;

import io.github.reactorudf.protocol.Credit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Evaluates UDFs over a {@code Flux} of record batches; made by {@link PythonRuntime#evaluate}. Immutable: each option
 * returns a new transform.
 *
 * <p><b>The Flux it gives</b> is cold: each subscription is an evaluation of its own, on a worker of its own (or on
 * {@linkplain #parallelism several}), and subscribes to the source anew once the worker is there. Workers are given in
 * the order of subscription and kept until the evaluation ends.
 *
 * <p><b>Result.</b> Scalar UDFs add a column each, in order; batches keep their borders and rows their order. A map UDF
 * gives the batches it yields. Several UDFs, and transforms directly after one another on the same runtime, are one
 * trip to one worker. With an operator in between, each has a worker of its own until the stream ends, and a runtime
 * with fewer workers fails the evaluation.
 *
 * <p><b>Demand.</b> Upstream is asked for one batch whenever the worker granted room for one; the worker is granted
 * what downstream asked for, at most a {@linkplain #window window} at once. Memory is bounded by the window, one batch,
 * and {@linkplain #maxHeldBytes the columns held back}.
 *
 * <p><b>Cancel</b> releases everything and is silent; the worker goes back to the pool when it ended the evaluation, or
 * is replaced.
 *
 * <p><b>Errors.</b> An error of upstream is passed on at once. {@link PythonException}: user code raised.
 * {@link WorkerLostException}: its process died. {@link UdfException}: the UDF does not fit the data or its own
 * description. {@link UdfTimeoutException}: a time limit passed. Batches that the worker sent before it failed are
 * delivered before the error; a failure of this side, a time limit among them, comes at once.
 *
 * <p><b>Threads.</b> Upstream is subscribed, requested and encoded on {@link #subscribeOn}; downstream is signalled on
 * {@link #publishOn}.
 *
 * <p><b>Ownership.</b> The transform takes over the batches of its sources and closes them; whoever receives its
 * batches closes them.
 */
public final class BatchTransform implements Function<Flux<RecordBatch>, Flux<RecordBatch>> {

    private final PythonRuntime runtime;
    private final List<Udf> udfs;
    private final EvaluationOptions options;

    BatchTransform(PythonRuntime runtime, List<Udf> udfs, EvaluationOptions options) {
        this.runtime = runtime;
        this.udfs = udfs;
        this.options = options;
    }

    /**
     * The schema of the source. Needed only where a source may be empty and a map function gives batches all the same,
     * or there is a {@linkplain #right second one}; every batch must then have it. Default: the first batch's.
     */
    public BatchTransform inputSchema(Schema schema) {
        return with(EvaluationOptions.INPUT_SCHEMA, Objects.requireNonNull(schema));
    }

    /**
     * The second input, of a function of two ({@link Udf#cogroupedMap}), which comes first in its evaluation; the
     * source that the transform is applied to is the left one.
     *
     * <p>Each evaluation subscribes to it anew, as to the left one, with the same context and on the same scheduler,
     * and takes over its batches. It has a window of its own, so neither input waits for demand of the other. An error
     * of either fails the evaluation, and a cancel cancels both. An evaluation with a second input is never one trip
     * with the transforms before it, on either side; those after it are.
     */
    public BatchTransform right(Flux<RecordBatch> source) {
        return with(EvaluationOptions.RIGHT, new EvaluationOptions.Right(Objects.requireNonNull(source), null));
    }

    /**
     * As {@link #right(Flux)}, with the schema of the source, which is needed where it may be empty: an input without a
     * schema fails the evaluation with a {@link UdfException}, unless both are empty.
     */
    public BatchTransform right(Flux<RecordBatch> source, Schema schema) {
        return with(
                EvaluationOptions.RIGHT,
                new EvaluationOptions.Right(Objects.requireNonNull(source), Objects.requireNonNull(schema)));
    }

    /**
     * Spreads an evaluation over up to so many workers, each of which is given a part of the batches. Results keep the
     * order of batches, unless they are {@link #unordered}. Default: 1.
     *
     * <p><b>Functions</b> must give one row for each row, or the results be {@link #unordered}; those of groups, row
     * frames or two inputs see what batches have in common and are refused. Both are {@link UdfException}s, when the
     * functions are prepared. On each worker a function sees a stream of its own: an iterator function is called once
     * for each, with the part that the worker was given, and a class has an instance on each. Which worker is given
     * which batch is not determined: it is the one that has room first.
     *
     * <p><b>Workers.</b> The evaluation begins with one, as any other. Further ones are taken at a batch of upstream
     * while some are free that nobody waits for, and all are kept until the evaluation ends: it may run on fewer than
     * {@code workers}, and never waits for a second one.
     *
     * <p><b>Demand.</b> The {@linkplain #window window} is divided among the workers; results are computed ahead of
     * downstream's requests, and wait here for these or for their turn: at most a window in all. {@link #maxHeldBytes}
     * is divided among the workers.
     *
     * <p><b>Errors.</b> The first one ends the evaluation on all workers. Where order is kept, that of a function or of
     * a worker comes after the results of all batches before the one that it is of, and the first in the order of
     * batches counts. {@link PythonException#batchIndex} counts all batches of the stream. Dead letters come in order
     * from each worker only, and may come before their turn.
     *
     * <p>{@link #batchTimeout} holds for each worker, {@link #timeout} for the whole.
     *
     * @throws IllegalArgumentException if it is below 1; from {@link #apply} if it is above 1 and
     *     {@link #replayOnWorkerLoss} or {@link #idleTimeout} was told
     */
    public BatchTransform parallelism(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("parallelism is " + workers + "; it must be at least 1");
        }
        return with(EvaluationOptions.PARALLELISM, workers);
    }

    /** With {@link #parallelism}, gives results as they come, which may be of functions of any number of rows. */
    public BatchTransform unordered() {
        return with(EvaluationOptions.UNORDERED, true);
    }

    /**
     * How many batches may be under way in each direction: sent and not yet consumed, or waiting to be sent. 1 is
     * lock-step. Default: 32. Where all functions are row-wise ({@code @udf(row_wise=True)}, {@link Udf#rows}), batches
     * that wait are sent as one, up to about 1 MiB. The bytes under way stay bounded by the default of 4 MiB, or one
     * batch if that is larger; results of batches that were sent as one may pass them by as much. With
     * {@link #parallelism} it is divided among the workers, at least one batch for each; the default is then 4 batches
     * for each.
     */
    public BatchTransform window(int batches) {
        return window(batches, options.get(EvaluationOptions.WINDOW).bytes());
    }

    /** As {@link #window(int)}, with the bytes that may be under way in each direction; one batch may pass them. */
    public BatchTransform window(int batches, long bytes) {
        if (batches < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "a window of " + batches + " batches and " + bytes + " bytes; both must be at least 1");
        }
        return with(EvaluationOptions.WINDOW, new Credit(batches, bytes));
    }

    /**
     * How many bytes of input may wait here for the results of scalar UDFs, one batch more at most. A function that
     * reads further ahead of its output fails with a {@link UdfException}. Default: 64 MiB.
     */
    public BatchTransform maxHeldBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxHeldBytes is " + bytes + "; it must be at least 1");
        }
        return with(EvaluationOptions.MAX_HELD_BYTES, bytes);
    }

    /**
     * Where upstream is subscribed and requested and its batches are encoded; but a batch of up to 1 MiB that upstream
     * emits elsewhere is encoded there, and the next one is requested there. Default:
     * {@code Schedulers.boundedElastic()}; for a constant, such as {@code Flux.just(batch)}, the connection's event
     * loop.
     */
    public BatchTransform subscribeOn(Scheduler scheduler) {
        return with(EvaluationOptions.SUBSCRIBE_ON, Objects.requireNonNull(scheduler));
    }

    /**
     * Where batches are decoded and downstream is signalled, without prefetch. Default: the connection's event loop,
     * which must not be blocked, as with {@code WebClient}.
     */
    public BatchTransform publishOn(Scheduler scheduler) {
        return with(EvaluationOptions.PUBLISH_ON, Objects.requireNonNull(scheduler));
    }

    /**
     * How long user code may run without giving or taking a batch. It counts only while user code runs: not while the
     * evaluation waits for upstream, or for downstream to request, nor while modules are imported. A function that is
     * over it fails the evaluation with a {@link UdfTimeoutException} that has the stack of where it was; its worker is
     * stopped and replaced. Default: none.
     */
    public BatchTransform batchTimeout(Duration limit) {
        return with(EvaluationOptions.BATCH_TIMEOUT, TimeLimits.positive("batchTimeout", limit));
    }

    /**
     * What is done when the evaluation has waited that long for upstream to emit, or for downstream to request.
     * Default: it waits.
     */
    public BatchTransform idleTimeout(Duration limit, IdleAction action) {
        return with(
                EvaluationOptions.IDLE,
                new EvaluationOptions.Idle(TimeLimits.positive("idleTimeout", limit), Objects.requireNonNull(action)));
    }

    /**
     * How long the whole evaluation may take from its subscription on, with the time that it waits for a worker, for
     * modules to be imported, for upstream and for downstream; then it fails with a {@link UdfTimeoutException}.
     * {@link PythonRuntime#DEADLINE} in the Reactor Context does the same; the earlier one counts. Default: none.
     */
    public BatchTransform timeout(Duration limit) {
        return with(EvaluationOptions.TIMEOUT, TimeLimits.positive("timeout", limit));
    }

    /**
     * How often an evaluation goes on, on another worker, when it loses its own: batches that it had no result for are
     * evaluated again, with no result lost, doubled or out of order. Upstream stays subscribed and is not asked for
     * anything twice. After so many losses the next one is a {@link WorkerLostException}. Default: 0.
     *
     * <p>Batches without a result are kept until it comes, which costs no memory beyond the columns that wait for their
     * results anyway. Functions must give one row for each row: with a map function the evaluation fails with a
     * {@link UdfException} before it starts.
     *
     * @throws IllegalArgumentException if a function is not declared {@link Udf#idempotent}
     */
    public BatchTransform replayOnWorkerLoss(int times) {
        if (times < 0) {
            throw new IllegalArgumentException("replayOnWorkerLoss is " + times + "; it must be at least 0");
        }
        EvaluationOptions replaying = options.with(EvaluationOptions.REPLAYS, times);
        requireIdempotent(udfs, replaying);
        return new BatchTransform(runtime, udfs, replaying);
    }

    private static void requireParallelizable(EvaluationOptions options) {
        if (options.get(EvaluationOptions.PARALLELISM) == 1) {
            return;
        }
        if (options.get(EvaluationOptions.REPLAYS) > 0) {
            throw new IllegalArgumentException(
                    "replayOnWorkerLoss and parallelism do not go together: a part that waits"
                            + " for another worker would keep those of the other parts; leave one of them out");
        }
        if (options.find(EvaluationOptions.IDLE) != null) {
            throw new IllegalArgumentException(
                    "idleTimeout and parallelism do not go together: one worker is idle while"
                            + " others work; leave one of them out, or watch the source by Flux.timeout");
        }
    }

    private static void requireIdempotent(List<Udf> udfs, EvaluationOptions options) {
        if (options.get(EvaluationOptions.REPLAYS) == 0) {
            return;
        }
        udfs.stream().filter(udf -> !udf.isIdempotent()).findFirst().ifPresent(udf -> {
            throw new IllegalArgumentException("replayOnWorkerLoss may call " + udf.function()
                    + " again on the same batches, and it is not declared idempotent: declare it, by idempotent(), if"
                    + " that is right; or put an operator between the transforms, which makes them a trip each");
        });
    }

    /**
     * What becomes of a row for which a function raises. All but {@link RowErrors#fail()} need functions that may give
     * null and are {@linkplain Udf#rows called with each row}, or scalar and declared {@code @udf(row_wise=True)};
     * others are refused when they are prepared, with a {@link UdfException}. Transforms directly after one another are
     * one trip only if they say the same here. Default: {@link RowErrors#fail()}.
     */
    public BatchTransform onRowError(RowErrors rowErrors) {
        return with(EvaluationOptions.ROW_ERRORS, Objects.requireNonNull(rowErrors));
    }

    private BatchTransform with(EvaluationOptions.Option<?> option, Object value) {
        return new BatchTransform(runtime, udfs, options.with(option, value));
    }

    /**
     * The schema of the batches that this gives for batches of schema {@code input}, as
     * {@link PythonRuntime#resultSchema(Udf, Schema)} for one UDF.
     */
    public Mono<Schema> resultSchema(Schema input) {
        return runtime.resultSchema(udfs, List.of(input));
    }

    /** The evaluation of {@code source}; nothing happens before it is subscribed to. */
    @Override
    public Flux<RecordBatch> apply(Flux<RecordBatch> source) {
        if (source instanceof EvaluationFlux before
                && before.runtime == runtime
                && options.find(EvaluationOptions.RIGHT) == null
                && before.options.get(EvaluationOptions.ROW_ERRORS).equals(options.get(EvaluationOptions.ROW_ERRORS))) {
            List<Udf> stages = new ArrayList<>(before.udfs);
            stages.addAll(udfs);
            EvaluationOptions both = before.options.then(options);
            requireIdempotent(stages, both);
            requireParallelizable(both);
            return new EvaluationFlux(runtime, before.source, List.copyOf(stages), both);
        }
        requireParallelizable(options);
        return new EvaluationFlux(runtime, source, udfs, options);
    }
}
