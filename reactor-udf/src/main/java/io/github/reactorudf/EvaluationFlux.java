package io.github.reactorudf;

import java.util.List;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** One trip to one worker, described: each subscription is an {@link Evaluation}. */
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
        Evaluation evaluation = new Evaluation(this, actual);
        actual.onSubscribe(evaluation);
        evaluation.start();
    }
}
