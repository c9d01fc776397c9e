package io.github.reactorudf;

import io.github.reactorudf.arrow.ArrowData;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Batches for tests. */
final class TestBatches {
    private TestBatches() {}

    /** A batch that owns these columns. */
    static RecordBatch of(FieldVector... columns) {
        return of(Map.of(), columns);
    }

    static RecordBatch of(Map<Long, Dictionary> dictionaries, FieldVector... columns) {
        List<FieldVector> list = Arrays.asList(columns);
        return RecordBatch.of(
                new Schema(list.stream().map(FieldVector::getField).toList()),
                list,
                list.isEmpty() ? 0 : list.get(0).getValueCount(),
                dictionaries);
    }

    /** A batch of one integer column, {@code i}. */
    static RecordBatch ints(BufferAllocator allocator, @Nullable Integer... values) {
        return of(ArrowData.ints(allocator, "i", values));
    }

    /** A batch of one column of words, each once, encoded by the dictionary {@code id}. */
    static RecordBatch words(BufferAllocator allocator, String name, long id, String... words) {
        Integer[] indexes = new Integer[words.length];
        Arrays.setAll(indexes, i -> i);
        Dictionary dictionary = new Dictionary(
                ArrowData.strings(allocator, "words", words),
                new DictionaryEncoding(id, false, new ArrowType.Int(32, true)));
        return of(new HashMap<>(Map.of(id, dictionary)), ArrowData.indexes(allocator, name, id, indexes));
    }

    static List<@Nullable Object> values(RecordBatch batch, String column) {
        return ArrowData.values(batch.column(column));
    }

    /** The words that a dictionary-encoded column stands for. */
    static List<@Nullable Object> words(RecordBatch batch, String column) {
        FieldVector indexes = batch.column(column);
        long id = indexes.getField().getDictionary().getId();
        List<@Nullable Object> words =
                ArrowData.values(batch.dictionaries().lookup(id).getVector());
        return ArrowData.values(indexes).stream()
                .map(index -> index == null ? null : words.get((Integer) index))
                .toList();
    }
}
