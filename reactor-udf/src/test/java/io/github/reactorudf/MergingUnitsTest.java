package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowMemory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MergingUnitsTest {

    private static final long SMALL = 1;
    private static final long HALF_OF_A_UNIT = 512 << 10;

    private final BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
    private final Merging merging = new Merging((one, other) -> true, null);

    @AfterEach
    void allIsReleased() {
        merging.close();
        allocator.close();
    }

    @Test
    void aThirdUnitWaitsForTheLastAnswerOfTheFirst() {
        add(SMALL);
        add(SMALL);
        assertEquals(2, next());
        add(SMALL);
        assertEquals(1, next());
        assertFalse(merging.mayHaveNext(), "nothing waits");
        add(SMALL);
        merging.answered(1);
        assertFalse(merging.mayHaveNext(), "half of the first unit is answered");
        assertEquals(0, next());
        merging.answered(1);
        assertTrue(merging.mayHaveNext());
        assertEquals(1, next());
    }

    @Test
    void orUntilHalfOfAUnitWaits() {
        add(SMALL);
        next();
        add(SMALL);
        next();
        add(HALF_OF_A_UNIT - 1);
        assertFalse(merging.mayHaveNext());
        add(SMALL);
        assertTrue(merging.mayHaveNext());
        assertEquals(2, next());
    }

    private void add(long bytes) {
        merging.add(TestBatches.ints(allocator, 1), bytes);
    }

    private int next() {
        List<Merging.Waiting> unit = merging.next(true);
        unit.forEach(waiting -> waiting.batch().close());
        return unit.size();
    }
}
