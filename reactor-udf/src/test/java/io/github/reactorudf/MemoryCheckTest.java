package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryCheckTest {

    private static final long GIB = 1L << 30;

    @Test
    void tellsWhatMayExceedTheContainer() {
        Workers workers = Workers.local(4).memoryLimit(GIB);
        String excess = MemoryCheck.excess(OptionalLong.of(8 * GIB), 5 * GIB, workers);
        assertTrue(excess.contains("4 workers of " + GIB), excess);
        assertTrue(excess.contains("Workers.memoryLimit"), excess);
        assertEquals("", MemoryCheck.excess(OptionalLong.of(8 * GIB), 4 * GIB, workers));
    }

    @Test
    void whatIsUnknownIsNoExcess() {
        assertEquals(
                "",
                MemoryCheck.excess(OptionalLong.empty(), GIB, Workers.local(4).memoryLimit(GIB)));
        assertEquals("", MemoryCheck.excess(OptionalLong.of(1), GIB, Workers.local(4)));
    }
}
