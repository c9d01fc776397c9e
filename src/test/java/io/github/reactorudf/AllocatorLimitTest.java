package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;

/** A limit of the runtime's allocator: reaching it is an error that says so, and the runtime goes on. */
class AllocatorLimitTest extends PythonTest {

    @Test
    void reachingItFailsTheEvaluationAndNoOther() {
        BufferAllocator results = allocator.newChildAllocator("results", 0, 100_000);
        try (PythonRuntime python = builder().allocator(results).build()) {
            BatchTransform plus = python.evaluate(Udf.map("demand_functions:plain"));
            UdfException error = Results.failure(
                    UdfException.class, Batches.ranges(allocator, 3, 1 << 14).transform(plus));
            Results.assertSays(error, "does not fit", "100000", "raise the limit");
            assertEquals(
                    Collections.nCopies(10, 10),
                    Results.borders(Batches.ranges(allocator, 10, 10).transform(plus)));
        }
        results.close();
    }
}
