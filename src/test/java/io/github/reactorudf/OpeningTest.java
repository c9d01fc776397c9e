package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** How an evaluation opens, whichever of its schema, its first batch and its preparation comes first. */
class OpeningTest extends PythonTest {

    private static final int EVALUATIONS = 150;
    private static final int BATCHES = 3;

    /** Each has a constant of its own, so each is prepared while its first batch comes from another thread. */
    @Test
    void aBatchComesWhileWhatItIsForIsPrepared() {
        for (int i = 0; i < EVALUATIONS; i++) {
            Udf udf = Udf.of("demand_functions:aligned_raise")
                    .on("x")
                    .with("value", -1 - i)
                    .as("y");
            assertEquals(BATCHES, evaluate(udf), "evaluation " + i);
        }
    }

    @Test
    void aBatchComesWhenItWasPreparedBefore() {
        Udf udf = Udf.of("functions:plus_one").on("x").as("y");
        for (int i = 0; i < EVALUATIONS; i++) {
            assertEquals(BATCHES, evaluate(udf), "evaluation " + i);
        }
    }

    /** Though others are there: the worker is free again before downstream is told of the end. */
    @Test
    void theNextEvaluationHasTheSameWorker() {
        PythonRuntime python = python(builder().workers(Workers.local(3).minimum(3)));
        python.warmUp().block(Results.LIMIT);
        Udf pid = Udf.of("reference:process").on("x").as("pid");
        Set<Object> workers = Flux.range(0, EVALUATIONS)
                .concatMap(i -> Flux.just(Batches.range(allocator, i, 1))
                        .transform(python.evaluate(pid))
                        .map(RecordBatches.closing(
                                batch -> Batches.values(batch, "pid").get(0))))
                .collect(Collectors.toSet())
                .block(Results.LIMIT);
        assertEquals(1, Objects.requireNonNull(workers).size());
    }

    private long evaluate(Udf udf) {
        Long count = Batches.ranges(allocator, BATCHES, 10)
                .publishOn(Schedulers.parallel())
                .transform(python().evaluate(udf).inputSchema(Batches.RANGE_SCHEMA))
                .map(RecordBatches.closing(RecordBatch::rowCount))
                .count()
                .block(Results.LIMIT);
        return count == null ? -1 : count;
    }
}
