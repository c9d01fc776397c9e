package io.github.reactorudf.benchmarks;

import io.github.reactorudf.BatchTransform;
import io.github.reactorudf.RecordBatch;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/**
 * A transform over the input's batches. Results are read where they are delivered, on the event loop; the next batch is
 * sent by a thread that blocks for the result before.
 */
class ReactorEvaluator implements Evaluator {

    /** For which a batch is sent again that met the end of sending the one before, on another thread. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final BatchTransform transform;
    private final Workload workload;
    private final Input input;

    ReactorEvaluator(BatchTransform transform, Workload workload, Input input) {
        this.transform = transform;
        this.workload = workload;
        this.input = input;
    }

    @Override
    public final Run stream() throws Exception {
        CompletableFuture<Run> ended = new CompletableFuture<>();
        begin(ended::complete, ended::completeExceptionally);
        return ended.get();
    }

    /** Begins an evaluation of the whole input, and tells how it ends, on the event loop. */
    final void begin(Consumer<Run> ended, Consumer<Throwable> failed) {
        Checksum checksum = new Checksum();
        long start = System.nanoTime();
        input.shared()
                .transform(transform)
                .subscribe(batch -> read(batch, checksum), failed, () -> ended.accept(checksum.run(start)));
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
        BlockingQueue<CompletableFuture<Run>> results = new LinkedBlockingQueue<>();
        OpenEvaluation evaluation = new OpenEvaluation(
                run -> results.add(CompletableFuture.completedFuture(run)),
                error -> results.add(CompletableFuture.failedFuture(error)));
        return new Calls() {
            @Override
            public Run call() throws Exception {
                evaluation.send();
                return results.take().get();
            }

            @Override
            public void close() {
                evaluation.close();
            }
        };
    }

    @Override
    public final void close() {}

    /** Tells of each batch that came back, and of what it failed of, on the event loop. */
    final class OpenEvaluation {

        private final Sinks.Many<RecordBatch> batches = Sinks.many().unicast().onBackpressureBuffer();
        private final Disposable evaluation;
        private volatile long start;

        OpenEvaluation(Consumer<Run> came, Consumer<Throwable> failed) {
            evaluation = batches.asFlux()
                    .transform(transform)
                    .subscribe(
                            batch -> {
                                Checksum checksum = new Checksum();
                                read(batch, checksum);
                                came.accept(checksum.run(start));
                            },
                            failed);
        }

        void send() {
            RecordBatch batch = input.batches().iterator().next().share();
            start = System.nanoTime();
            batches.emitNext(batch, Sinks.EmitFailureHandler.busyLooping(A_MOMENT));
        }

        void close() {
            batches.tryEmitComplete();
            evaluation.dispose();
        }
    }
}
