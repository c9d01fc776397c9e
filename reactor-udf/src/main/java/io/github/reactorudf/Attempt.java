package io.github.reactorudf;

import io.github.reactorudf.Preparations.Prepared;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one evaluation of a trip does: all of it, what is left of it after a worker was lost, or a part of it.
 *
 * @param source what is evaluated
 * @param deadline of the whole subscription
 * @param worker gives the worker
 * @param indexes the index in the whole stream of a batch that {@code source} gives, by its index there
 * @param prepared is told what the worker prepared; throws a {@link UdfException} if that can't be evaluated so
 * @param waits is told that user code took all that was sent and waits for more; on the event loop
 */
record Attempt(
        Flux<RecordBatch> source,
        @Nullable Deadline deadline,
        Mono<WorkerLease> worker,
        LongUnaryOperator indexes,
        Consumer<Prepared> prepared,
        Runnable waits) {}
