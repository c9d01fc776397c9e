package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/** Upstream may emit on any thread, one after another: the order is kept. */
class EmittingThreadsTest extends PythonTest {

    /**
     * A thread emits while the event loop is busy, and then the event loop emits, before it comes to what it was given.
     */
    @Test
    void theEventLoopDoesNotOvertakeAnotherThread() throws Exception {
        Sinks.Many<RecordBatch> batches = Sinks.many().unicast().onBackpressureBuffer();
        List<Object> values = new ArrayList<>();
        CompletableFuture<List<Object>> all = new CompletableFuture<>();
        batches.asFlux()
                .transform(python().evaluate(Udf.of("reference:double").on("x").as("y")))
                .subscribe(
                        batch -> {
                            values.add(value(batch));
                            if (values.size() == 1) {
                                emitElsewhere(batches, 1);
                                emit(batches, 2);
                                batches.tryEmitComplete();
                            }
                        },
                        all::completeExceptionally,
                        () -> all.complete(values));
        emit(batches, 0);
        assertEquals(List.of(0L, 2L, 4L), all.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
    }

    /**
     * The event loop emits within the task that opens the evaluation, as it does where a lane of several is told that
     * it is prepared: the worker must not be sent the batch before it is told of the evaluation.
     */
    @Test
    void whatIsEmittedWhileAnEvaluationOpensIsNotLost() {
        BatchTransform transform =
                python().evaluate(Udf.of("reference:double").on("x").as("y")).inputSchema(Batches.RANGE_SCHEMA);
        assertEquals(1, values(transform.apply(Batches.ranges(allocator, 1, 1))).size());
        CountDownLatch asked = new CountDownLatch(1);
        Sinks.Many<RecordBatch> batches = Sinks.many().unicast().onBackpressureBuffer();
        EvaluationFlux described =
                (EvaluationFlux) transform.apply(batches.asFlux().doOnRequest(n -> asked.countDown()));
        Attempt attempt = new Attempt(
                described.source,
                null,
                described.worker(Context.empty()),
                LongUnaryOperator.identity(),
                prepared -> {
                    while (asked.getCount() > 0) {
                        // An event loop must not block.
                    }
                    emit(batches, 2);
                    batches.tryEmitComplete();
                },
                () -> {});
        assertEquals(List.of(4L), values(evaluation(described, attempt)));
    }

    private static Flux<RecordBatch> evaluation(EvaluationFlux described, Attempt attempt) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super RecordBatch> actual) {
                Evaluation evaluation = new Evaluation(described, attempt, actual);
                actual.onSubscribe(evaluation);
                evaluation.start();
            }
        };
    }

    private static List<Object> values(Flux<RecordBatch> results) {
        return Objects.requireNonNull(
                results.map(EmittingThreadsTest::value).collectList().block(LIMIT));
    }

    private static Object value(RecordBatch batch) {
        try (batch) {
            return Batches.values(batch, "y").get(0);
        }
    }

    private void emitElsewhere(Sinks.Many<RecordBatch> batches, int value) {
        Thread elsewhere = new Thread(() -> emit(batches, value), "elsewhere");
        elsewhere.start();
        while (elsewhere.isAlive()) {
            // An event loop must not block.
        }
    }

    private void emit(Sinks.Many<RecordBatch> batches, int value) {
        batches.emitNext(Batches.range(allocator, value, 1), Sinks.EmitFailureHandler.busyLooping(LIMIT));
    }
}
