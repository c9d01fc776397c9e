package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowData;
import io.github.reactorudf.arrow.TestAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@ExtendWith(TestAllocator.class)
class RecordBatchesTest {
    @Test
    void closingClosesAfterTheFunctionReturns(BufferAllocator allocator) {
        RecordBatch batch = TestBatches.ints(allocator, 1, 2);
        assertEquals(2, RecordBatches.closing(RecordBatch::rowCount).apply(batch));
        assertThrows(IllegalStateException.class, batch::rowCount);
    }

    @Test
    void closingClosesAfterTheFunctionThrows(BufferAllocator allocator) {
        RecordBatch batch = TestBatches.ints(allocator, 1);
        assertThrows(ArithmeticException.class, () -> RecordBatches.closing(b -> 1 / (b.rowCount() - 1))
                .apply(batch));
        assertThrows(IllegalStateException.class, batch::rowCount);
    }

    @Test
    void closingRefusesToReturnTheBatchItself(BufferAllocator allocator) {
        var error = assertThrows(IllegalStateException.class, () -> RecordBatches.closing(batch -> batch)
                .apply(TestBatches.ints(allocator, 1)));
        assertTrue(String.valueOf(error.getMessage()).contains("returned its batch"));
        RecordBatches.closing(RecordBatch::share)
                .apply(TestBatches.ints(allocator, 1))
                .close();
    }

    @Test
    void aRootIsEmptiedWithoutACopyAndCanBeFilledAgain(BufferAllocator allocator) {
        try (VectorSchemaRoot root = VectorSchemaRoot.of(ArrowData.ints(allocator, "i", 1, null))) {
            long before = allocator.getAllocatedMemory();
            RecordBatch first = RecordBatches.from(root);
            assertEquals(before, allocator.getAllocatedMemory());
            assertEquals(0, root.getRowCount());
            IntVector vector = (IntVector) root.getVector(0);
            vector.allocateNew(1);
            vector.set(0, 7);
            root.setRowCount(1);
            try (first;
                    RecordBatch second = RecordBatches.from(root)) {
                assertEquals(Arrays.asList(1, null), TestBatches.values(first, "i"));
                assertEquals(List.of(7), TestBatches.values(second, "i"));
            }
        }
    }

    @Test
    void aRootTakesTheColumnsAndTheBatchIsClosed(BufferAllocator allocator) {
        RecordBatch batch = TestBatches.ints(allocator, 1, null);
        long before = allocator.getAllocatedMemory();
        try (VectorSchemaRoot root = RecordBatches.toVectorSchemaRoot(batch)) {
            assertThrows(IllegalStateException.class, batch::rowCount);
            assertEquals(before, allocator.getAllocatedMemory());
            assertEquals(2, root.getRowCount());
            assertEquals(Arrays.asList(1, null), ArrowData.values(root.getVector("i")));
        }
    }

    @Test
    void rootsCarryNoDictionaries(BufferAllocator allocator) {
        assertThrows(
                IllegalArgumentException.class,
                () -> RecordBatches.toVectorSchemaRoot(TestBatches.words(allocator, "w", 1, "a")));
        VectorSchemaRoot root = VectorSchemaRoot.of(ArrowData.indexes(allocator, "w", 1, 0));
        assertThrows(IllegalArgumentException.class, () -> RecordBatches.from(root));
        assertEquals(1, root.getRowCount());
        root.close();
    }

    @Test
    void aReaderIsReadAsRequestedAndClosedAtTheEnd(BufferAllocator allocator) {
        WordReader reader = new WordReader(allocator, "a", "a", "b");
        List<Object> dictionaries = new ArrayList<>();
        StepVerifier.create(
                        RecordBatches.fromReader(() -> reader).map(RecordBatches.closing(batch -> {
                            dictionaries.add(batch.dictionaries().lookup(1));
                            return TestBatches.words(batch, "w");
                        })),
                        0)
                .thenRequest(1)
                .expectNext(Arrays.asList("a", null))
                .then(() -> assertEquals(1, reader.loaded()))
                .thenRequest(3)
                .expectNext(Arrays.asList("a", null), Arrays.asList("b", null))
                .verifyComplete();
        assertTrue(reader.closed());
        // An equal dictionary stays the same object, whatever the reader does; another is another.
        assertEquals(
                2,
                dictionaries.stream().map(System::identityHashCode).distinct().count());
    }

    @Test
    void aReaderIsClosedOnCancelAndBatchesOutliveIt(BufferAllocator allocator) {
        WordReader reader = new WordReader(allocator, "a", "b");
        RecordBatch batch = RecordBatches.fromReader(() -> reader).blockFirst();
        assertTrue(reader.closed());
        try (batch) {
            assertEquals(Arrays.asList("a", null), batch == null ? null : TestBatches.words(batch, "w"));
        }
    }

    @Test
    void aReadersErrorComesWithItsCauseAndClosesIt(BufferAllocator allocator) {
        WordReader reader = new WordReader(allocator, "a", "!");
        StepVerifier.create(RecordBatches.fromReader(() -> reader).map(RecordBatches.closing(RecordBatch::rowCount)))
                .expectNext(2)
                .verifyErrorSatisfies(e -> {
                    assertEquals("Cannot read from the Arrow reader: no word", e.getMessage());
                    assertTrue(e.getCause() instanceof IOException);
                });
        assertTrue(reader.closed());
        Flux<RecordBatch> unopened = RecordBatches.fromReader(() -> {
            throw new IOException("no reader");
        });
        StepVerifier.create(unopened).verifyErrorMessage("Cannot read from the Arrow reader: no reader");
    }

    @Test
    void nothingIsOpenedBeforeASubscription() {
        boolean[] called = {false};
        RecordBatches.fromReader(() -> {
            called[0] = true;
            throw new IOException();
        });
        assertFalse(called[0]);
    }
}
