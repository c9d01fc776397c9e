package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowData;
import io.github.reactorudf.arrow.TestAllocator;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestAllocator.class)
class RecordBatchTest {
    @Test
    void columnsByNameAndIndex(BufferAllocator allocator) {
        try (RecordBatch batch = numbered(allocator)) {
            assertEquals(List.of("a", "b"), TestBatches.values(batch, "name"));
            assertSame(batch.column("i"), batch.column(0));
            assertEquals(2, batch.rowCount());
            assertTrue(batch.sizeInBytes() > 0);
            assertEquals("RecordBatch[2 columns, 2 rows]", batch.toString());
        }
    }

    @Test
    void aMissingColumnIsNamedWithThoseThereAre(BufferAllocator allocator) {
        try (RecordBatch batch = numbered(allocator)) {
            var error = assertThrows(IllegalArgumentException.class, () -> batch.column("nmae"));
            assertEquals("No column nmae; the batch has [i, name]", error.getMessage());
        }
    }

    @Test
    void useAfterCloseIsAClearError(BufferAllocator allocator) {
        RecordBatch batch = numbered(allocator);
        batch.close();
        assertDoesNotThrow(batch::close);
        assertEquals("RecordBatch[2 columns, 2 rows, closed]", batch.toString());
        for (Runnable use : List.<Runnable>of(
                batch::schema,
                batch::rowCount,
                batch::columns,
                batch::dictionaries,
                batch::sizeInBytes,
                batch::share,
                () -> batch.column("i"),
                () -> batch.column(0),
                () -> batch.select("i"))) {
            var error = assertThrows(IllegalStateException.class, use::run);
            assertTrue(String.valueOf(error.getMessage()).startsWith("The batch is closed."));
        }
    }

    @Test
    void shareOutlivesTheBatchItCameFrom(BufferAllocator allocator) {
        RecordBatch batch = numbered(allocator);
        try (RecordBatch shared = batch.share()) {
            batch.close();
            assertEquals(List.of(1, 2), TestBatches.values(shared, "i"));
        }
    }

    @Test
    void selectSharesWhatItNamesAndFreesTheRest(BufferAllocator allocator) {
        RecordBatch batch = numbered(allocator);
        long all = allocator.getAllocatedMemory();
        try (RecordBatch selected = batch.select("name", "name")) {
            batch.close();
            assertTrue(allocator.getAllocatedMemory() < all);
            assertEquals(List.of("a", "b"), ArrowData.values(selected.column(1)));
        }
    }

    @Test
    void selectKeepsOnlyTheDictionariesItNeeds(BufferAllocator allocator) {
        try (RecordBatch ints = TestBatches.ints(allocator, 1, 2);
                RecordBatch words = TestBatches.words(allocator, "w", 4, "x", "y");
                RecordBatch both = ints.join(words);
                RecordBatch selected = both.select("w");
                RecordBatch without = both.select("i")) {
            assertEquals(List.of("x", "y"), TestBatches.words(selected, "w"));
            assertTrue(without.dictionaries().getDictionaryIds().isEmpty());
        }
    }

    @Test
    void joinPutsColumnsSideBySide(BufferAllocator allocator) {
        RecordBatch left = TestBatches.ints(allocator, 1, null);
        RecordBatch right = TestBatches.of(ArrowData.strings(allocator, "s", "a", "b"));
        try (RecordBatch joined = left.join(right)) {
            left.close();
            right.close();
            assertEquals(List.of("a", "b"), TestBatches.values(joined, "s"));
            assertEquals(
                    List.of("i", "s"),
                    joined.schema().getFields().stream().map(f -> f.getName()).toList());
        }
    }

    @Test
    void joinRenumbersCollidingDictionariesAlikeForEachBatch(BufferAllocator allocator) {
        try (RecordBatch left = TestBatches.words(allocator, "l", 0, "a", "b");
                RecordBatch right = TestBatches.words(allocator, "r", 0, "x", "y");
                RecordBatch joined = left.join(right);
                RecordBatch again = left.join(right)) {
            assertEquals(List.of("a", "b"), TestBatches.words(joined, "l"));
            assertEquals(List.of("x", "y"), TestBatches.words(joined, "r"));
            assertEquals(joined.schema(), again.schema());
            long id = joined.column("r").getField().getDictionary().getId();
            assertNotEquals(0, id);
            // The same object, so that an encoder does not send it again.
            assertSame(joined.dictionaries().lookup(id), again.dictionaries().lookup(id));
        }
    }

    @Test
    void joinNeedsEqualRowCounts(BufferAllocator allocator) {
        try (RecordBatch two = TestBatches.ints(allocator, 1, 2);
                RecordBatch one = TestBatches.ints(allocator, 1)) {
            assertThrows(IllegalArgumentException.class, () -> two.join(one));
        }
    }

    @Test
    void whatIsRefusedIsClosed(BufferAllocator allocator) {
        Schema schema = new Schema(List.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> RecordBatch.of(schema, List.of(ArrowData.ints(allocator, "i", 1)), 1, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> TestBatches.of(ArrowData.indexes(allocator, "w", 3, 0)));
    }

    private static RecordBatch numbered(BufferAllocator allocator) {
        return TestBatches.of(ArrowData.ints(allocator, "i", 1, 2), ArrowData.strings(allocator, "name", "a", "b"));
    }
}
