package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What docs/ownership.md says about evaluations. */
class OwnershipTest extends PythonTest {

    private static final Udf PLUS_ONE = Udf.of("functions:plus_one").on("x").as("y");

    @Test
    void aBatchThatWasGivenAwayIsClosed() {
        RecordBatch given = Batches.range(allocator, 1, 1);
        assertEquals(List.of(2L), Results.values(Flux.just(given).transform(python().evaluate(PLUS_ONE)), "y"));
        assertThrows(IllegalStateException.class, given::rowCount);
    }

    @Test
    void aBatchThatWasSharedStaysWithItsOtherOwner() {
        try (RecordBatch kept = Batches.range(allocator, 1, 1)) {
            assertEquals(
                    List.of(2L), Results.values(Flux.just(kept.share()).transform(python().evaluate(PLUS_ONE)), "y"));
            assertEquals(List.of(1L), Batches.values(kept, "x"));
        }
    }

    @Test
    void aResultOutlivesItsRuntime() {
        PythonRuntime python = ownPython();
        RecordBatch result = Objects.requireNonNull(Batches.ranges(allocator, 1, 2)
                .transform(python.evaluate(PLUS_ONE))
                .blockLast(Results.LIMIT));
        try (result) {
            python.close();
            assertEquals(List.of(0L, 1L), Batches.values(result, "x"));
            assertEquals(List.of(1L, 2L), Batches.values(result, "y"));
        }
    }

    @Test
    void columnsThatAreNotReadKeepTheirMemory() {
        PythonRuntime python = python();
        RecordBatch given = Batches.range(allocator, 0, 2);
        long address = given.column("x").getDataBuffer().memoryAddress();
        Results.borders(Flux.just(given)
                .transform(python.evaluate(PLUS_ONE))
                .doOnNext(result ->
                        assertEquals(address, result.column("x").getDataBuffer().memoryAddress())));
    }
}
