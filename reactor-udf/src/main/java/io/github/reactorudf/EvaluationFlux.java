package io.github.reactorudf;

import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One trip to one worker, described: each subscription is an {@link Evaluation}, or as many as its workers' deaths make
 * of it ({@link ReplayedEvaluation}), or one on each of several workers ({@link ParallelEvaluation}).
 */
final class EvaluationFlux extends Flux<RecordBatch> {

    final PythonRuntime runtime;
    final Flux<RecordBatch> source;
    final List<Udf> udfs;
    final EvaluationOptions options;

    EvaluationFlux(PythonRuntime runtime, Flux<RecordBatch> source, List<Udf> udfs, EvaluationOptions options) {
        this.runtime = runtime;
        this.source = source;
        this.udfs = udfs;
        this.options = options;
    }

    @Override
    public void subscribe(CoreSubscriber<? super RecordBatch> actual) {
        Deadline deadline;
        try {
            deadline = Deadline.of(options, actual.currentContext());
        } catch (IllegalArgumentException e) {
            Operators.error(actual, e);
            return;
        }
        if (options.get(EvaluationOptions.PARALLELISM) > 1) {
            new ParallelEvaluation(this, deadline, actual).start();
        } else if (options.get(EvaluationOptions.REPLAYS) > 0) {
            new ReplayedEvaluation(this, deadline, actual).start();
        } else {
            evaluate(actual, deadline);
        }
    }

    /** A worker, in the order of asking, unless evaluations downstream hold some. */
    Mono<WorkerLease> worker(Context context) {
        return runtime.acquire(new WorkersHeld(runtime).in(context));
    }

    /** The functions, for messages. */
    String functions() {
        return udfs.stream().map(Udf::function).collect(Collectors.joining(", "));
    }

    private void evaluate(CoreSubscriber<? super RecordBatch> actual, @Nullable Deadline deadline) {
        Evaluation evaluation = new Evaluation(
                this,
                new Attempt(
                        source,
                        deadline,
                        worker(actual.currentContext()),
                        LongUnaryOperator.identity(),
                        prepared -> {},
                        () -> {}),
                actual);
        actual.onSubscribe(evaluation);
        evaluation.start();
    }
}
