package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/**
 * Evaluations with operators in between have a worker each, taken from the last to the first. They go beyond the
 * maximum where they must, fail where that is not enough, and never wait for each other.
 */
class ChainsTest extends PythonTest {

    private static final int BATCHES = 5;

    @Test
    void aChainOfTwoRunsOnOneWorker() {
        PythonRuntime python = python();
        for (int i = 0; i < 3; i++) {
            assertEquals(results(2), Results.values(chain(python, 2), "x2"));
        }
    }

    @Test
    void twoChainsOfTwoRunOnTwoWorkers() throws Exception {
        for (Object result : run(python(2), 2, 2)) {
            assertEquals(results(2), result);
        }
    }

    @Test
    void chainsThatNeedTooManyFailAndHangNone() throws Exception {
        PythonRuntime python = python(2);
        int results = 0;
        for (Object result : run(python, 8, 3)) {
            if (result instanceof Throwable error) {
                Results.assertSays(
                        assertInstanceOf(EvaluationRejectedException.class, error),
                        "workers(...)",
                        "directly after one another");
            } else {
                assertEquals(results(3), result);
                results++;
            }
        }
        assertTrue(results > 0, "none got through");
        assertEquals(results(3), Results.values(chain(python, 3), "x3"));
        assertEquals(results(1), Results.values(chain(python, 1), "x1"));
    }

    @Test
    void aChainLongerThanThereCanBeWorkersFails() {
        EvaluationRejectedException error = Results.failure(EvaluationRejectedException.class, chain(python(), 3));
        Results.assertSays(error, "hold 2 workers", "all 1 workers and as many beyond them");
    }

    /** So many chains at once: the values of each, or its error. */
    private List<Object> run(PythonRuntime python, int chains, int length) throws Exception {
        List<CompletableFuture<Object>> all = IntStream.range(0, chains)
                .<CompletableFuture<Object>>mapToObj(i -> chain(python, length)
                        .map(RecordBatches.closing(
                                batch -> Batches.values(batch, "x" + length).get(0)))
                        .collectList()
                        .<Object>map(values -> values)
                        .toFuture())
                .toList();
        List<Object> ended = new ArrayList<>();
        for (CompletableFuture<Object> one : all) {
            try {
                ended.add(one.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                ended.add(e.getCause());
            }
        }
        return ended;
    }

    private Flux<RecordBatch> chain(PythonRuntime python, int length) {
        Flux<RecordBatch> chain = Batches.ranges(allocator, BATCHES, 1);
        for (int i = 0; i < length; i++) {
            Udf twice = Udf.of("reference:double").on(i == 0 ? "x" : "x" + i).as("x" + (i + 1));
            chain = chain.filter(batch -> true).transform(python.evaluate(twice));
        }
        return chain;
    }

    private static List<Object> results(int length) {
        return LongStream.range(0, BATCHES).<Object>mapToObj(x -> x << length).toList();
    }
}
