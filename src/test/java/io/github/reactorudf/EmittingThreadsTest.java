package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

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
