package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PartIndexesTest {

    private final PartIndexes indexes = new PartIndexes(1);

    @Test
    void batchesWithoutAResultAreKnownAndTheLastOnesToo() {
        give(10);
        assertEquals(0, indexes.of(0));
        assertEquals(18, indexes.of(9));
        for (int i = 0; i < 10; i++) {
            indexes.answered();
        }
        assertFalse(indexes.unanswered());
        indexes.given(99);
        assertTrue(indexes.unanswered());
        assertEquals(16, indexes.of(8));
        assertEquals(99, indexes.of(10));
        assertThrows(ProtocolException.class, () -> indexes.of(7));
        assertThrows(ProtocolException.class, () -> indexes.of(11));
    }

    @Test
    void withoutAlignmentTheLastOnesAlone() {
        indexes.unaligned();
        give(1000);
        assertEquals(2 * 997, indexes.of(997));
        assertThrows(ProtocolException.class, () -> indexes.of(996));
    }

    private void give(int batches) {
        for (int i = 0; i < batches; i++) {
            indexes.given(2L * i);
        }
    }
}
