package io.github.reactorudf.benchmarks;

import io.github.reactorudf.BatchTransform;
import io.github.reactorudf.RecordBatch;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A transform over the input's batches; results are read where they are delivered, on the event loop. */
final class ReactorEvaluator implements Evaluator {

    private final BatchTransform transform;
    private final Workload workload;
    private final Input input;

    ReactorEvaluator(BatchTransform transform, Workload workload, Input input) {
        this.transform = transform;
        this.workload = workload;
        this.input = input;
    }

    @Override
    public Run stream() throws Exception {
        Checksum checksum = new Checksum();
        CompletableFuture<Run> ended = new CompletableFuture<>();
        long start = System.nanoTime();
        Flux.fromIterable(input.batches())
                .map(RecordBatch::share)
                .transform(transform)
                .subscribe(
                        batch -> read(batch, checksum),
                        ended::completeExceptionally,
                        () -> ended.complete(checksum.run(start)));
        return ended.get();
    }

    private void read(RecordBatch batch, Checksum checksum) {
        try (batch) {
            int columns = batch.columns().size();
            int results = workload.functions().size();
            checksum.add(batch.columns().subList(columns - results, columns), batch.rowCount());
        }
    }

    @Override
    public Calls open() {
        return new OpenEvaluation();
    }

    @Override
    public void close() {}

    private final class OpenEvaluation implements Calls {

        private final Sinks.Many<RecordBatch> batches = Sinks.many().unicast().onBackpressureBuffer();
        private final BlockingQueue<CompletableFuture<Run>> results = new LinkedBlockingQueue<>();
        private final Disposable evaluation;
        private volatile long start;

        OpenEvaluation() {
            evaluation = batches.asFlux()
                    .transform(transform)
                    .subscribe(
                            batch -> {
                                Checksum checksum = new Checksum();
                                read(batch, checksum);
                                results.add(CompletableFuture.completedFuture(checksum.run(start)));
                            },
                            error -> results.add(CompletableFuture.failedFuture(error)));
        }

        @Override
        public Run call() throws Exception {
            RecordBatch batch = input.batches().iterator().next().share();
            start = System.nanoTime();
            batches.emitNext(batch, Sinks.EmitFailureHandler.FAIL_FAST);
            return results.take().get();
        }

        @Override
        public void close() {
            batches.tryEmitComplete();
            evaluation.dispose();
        }
    }
}
