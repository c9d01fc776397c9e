package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
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
