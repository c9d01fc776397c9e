package io.github.reactorudf;

import io.github.reactorudf.protocol.Credit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Evaluates UDFs over a {@code Flux} of record batches; made by {@link PythonRuntime#evaluate}. Immutable: each option
 * returns a new transform.
 *
 * <p><b>The Flux it gives</b> is cold: each subscription is an evaluation of its own, on a worker of its own, and
 * subscribes to the source anew once the worker is there. Workers are given in the order of subscription and kept until
 * the evaluation ends.
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
 * description. Batches that the worker sent before it failed are delivered before the error.
 *
 * <p><b>Threads.</b> Upstream is subscribed, requested and encoded on {@link #subscribeOn}; downstream is signalled on
 * {@link #publishOn}.
 *
 * <p><b>Ownership.</b> The transform takes over the batches of the source and closes them; whoever receives its batches
 * closes them.
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
     * The schema of the source. Needed only where a source may be empty and a map function gives batches all the same;
     * every batch must then have it. Default: the first batch's.
     */
    public BatchTransform inputSchema(Schema schema) {
        Objects.requireNonNull(schema);
        return with(new EvaluationOptions(
                schema, options.window(), options.maxHeldBytes(), options.subscribeOn(), options.publishOn()));
    }

    /**
     * How many batches may be under way in each direction: sent and not yet consumed. 1 is lock-step. Default: 4. The
     * bytes under way stay bounded by the default of 4 MiB, or one batch if that is larger.
     */
    public BatchTransform window(int batches) {
        return window(batches, options.windowOrDefault().bytes());
    }

    /** As {@link #window(int)}, with the bytes that may be under way in each direction; one batch may pass them. */
    public BatchTransform window(int batches, long bytes) {
        if (batches < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "a window of " + batches + " batches and " + bytes + " bytes; both must be at least 1");
        }
        return with(new EvaluationOptions(
                options.inputSchema(),
                new Credit(batches, bytes),
                options.maxHeldBytes(),
                options.subscribeOn(),
                options.publishOn()));
    }

    /**
     * How many bytes of input may wait here for the results of scalar UDFs, one batch more at most. A function that
     * reads further ahead of its output fails with a {@link UdfException}. Default: 64 MiB.
     */
    public BatchTransform maxHeldBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxHeldBytes is " + bytes + "; it must be at least 1");
        }
        return with(new EvaluationOptions(
                options.inputSchema(), options.window(), bytes, options.subscribeOn(), options.publishOn()));
    }

    /**
     * Where upstream is subscribed and requested and its batches are encoded. Default:
     * {@code Schedulers.boundedElastic()}.
     */
    public BatchTransform subscribeOn(Scheduler scheduler) {
        Objects.requireNonNull(scheduler);
        return with(new EvaluationOptions(
                options.inputSchema(), options.window(), options.maxHeldBytes(), scheduler, options.publishOn()));
    }

    /**
     * Where batches are decoded and downstream is signalled, without prefetch. Default: the connection's event loop,
     * which must not be blocked, as with {@code WebClient}.
     */
    public BatchTransform publishOn(Scheduler scheduler) {
        Objects.requireNonNull(scheduler);
        return with(new EvaluationOptions(
                options.inputSchema(), options.window(), options.maxHeldBytes(), options.subscribeOn(), scheduler));
    }

    private BatchTransform with(EvaluationOptions changed) {
        return new BatchTransform(runtime, udfs, changed);
    }

    /** The evaluation of {@code source}; nothing happens before it is subscribed to. */
    @Override
    public Flux<RecordBatch> apply(Flux<RecordBatch> source) {
        if (source instanceof EvaluationFlux before && before.runtime == runtime) {
            List<Udf> stages = new ArrayList<>(before.udfs);
            stages.addAll(udfs);
            return new EvaluationFlux(runtime, before.source, List.copyOf(stages), before.options.then(options));
        }
        return new EvaluationFlux(runtime, source, udfs, options);
    }
}
