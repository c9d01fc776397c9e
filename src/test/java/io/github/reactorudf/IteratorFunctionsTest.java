package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Scalar iterator functions: set-up once, and the input's borders whatever they yield. */
class IteratorFunctionsTest extends PythonTest {

    @Test
    void setUpRunsOncePerEvaluation() {
        BatchTransform number =
                ownPython().evaluate(Udf.of("kinds:set_up_number").as("n"));
        Flux<RecordBatch> numbered = Batches.ranges(allocator, 5, 1).transform(number);
        assertEquals(List.of(1L, 1L, 1L, 1L, 1L), Results.values(numbered, "n"));
        assertEquals(List.of(2L, 2L, 2L, 2L, 2L), Results.values(numbered, "n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "crumbs", "all_at_once"})
    void bordersAreTheInputs(String function) {
        BatchTransform regrouped =
                python().evaluate(Udf.scalarIterator("kinds:" + function).as("y"));
        List<Integer> rows = List.of(3, 1, 0, 4, 2, 0, 5);
        Flux<RecordBatch> batches = Flux.defer(() -> uneven(rows)).transform(regrouped);
        assertEquals(rows, Results.borders(batches));
        assertEquals(LongStream.range(0, 15).boxed().toList(), Results.values(batches, "y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "crumbs"})
    void bordersAreTheInputsInLockStepToo(String function) {
        BatchTransform regrouped = python().evaluate(
                        Udf.scalarIterator("kinds:" + function).as("y"))
                .window(1);
        assertEquals(
                LongStream.range(0, 99).boxed().toList(),
                Results.values(
                        Batches.ranges(allocator, 33, 3).transform(regrouped).limitRate(1), "y"));
    }

    @Test
    void inAChainEachFunctionSeesTheInputsBorders() {
        Udf pairs = Udf.of("kinds:pairs").on("x").as("a");
        Udf crumbs = Udf.of("kinds:crumbs").on("a").as("b");
        Udf all = Udf.of("kinds:all_at_once").on("b").as("c");
        Flux<RecordBatch> chained = Batches.ranges(allocator, 7, 3).transform(python().evaluate(pairs, crumbs, all));
        assertEquals(LongStream.range(0, 21).boxed().toList(), Results.values(chained, "c"));
    }

    private Flux<RecordBatch> uneven(List<Integer> rows) {
        long[] next = {0};
        return Flux.fromIterable(rows).map(count -> {
            RecordBatch batch = Batches.range(allocator, next[0], count);
            next[0] += count;
            return batch;
        });
    }
}
