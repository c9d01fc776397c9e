package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Dictionary-encoded columns: read, given back, passed through, and with a dictionary that changes. */
class DictionariesTest extends PythonTest {

    private static final List<String> WORDS = Arrays.asList("UA", null, "UA", "DL", "AA", "UA");

    @ParameterizedTest
    @ValueSource(strings = {"word", "word_pandas"})
    void areReadAndPassedThrough(String function) {
        Flux<RecordBatch> evaluated = carriers()
                .transform(python().evaluate(Udf.of("values:" + function).on("carrier")));
        assertEquals(WORDS, Results.values(evaluated, function));
        assertEquals(WORDS, decoded(evaluated, "carrier"));
    }

    @Test
    void comeBackAsAResult() {
        Flux<RecordBatch> evaluated = carriers()
                .transform(python().evaluate(
                                Udf.of("values:same_encoded").on("carrier").as("again")));
        assertEquals(WORDS, decoded(evaluated, "again"));
        assertEquals(WORDS, decoded(evaluated, "carrier"));
    }

    @Test
    void stayInTheJvmWhenTheyAreNotRead() {
        Flux<RecordBatch> both = Flux.defer(
                        () -> Flux.just(Columns.encoded(allocator, "carrier", List.of("UA"), (short) 0)))
                .map(batch -> {
                    try (batch;
                            RecordBatch x = Batches.range(allocator, 1, 1)) {
                        return batch.join(x);
                    }
                });
        Flux<RecordBatch> evaluated = both.transform(
                python().evaluate(Udf.of("functions:plus_one").on("x").as("y")));
        assertEquals(List.of(2L), Results.values(evaluated, "y"));
        assertEquals(List.of("UA"), decoded(evaluated, "carrier"));
    }

    /** What pyarrow writes with {@code emit_dictionary_deltas}: a, b; then c is added; then all are others. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSourceMayAddToThem(boolean evaluated) {
        Flux<RecordBatch> source = RecordBatches.readStream(
                () -> DictionariesTest.class.getResourceAsStream("/dictionaries/deltas.arrows"), allocator);
        Udf same = Udf.of("values:word").on("word").as("again");
        Flux<RecordBatch> batches = evaluated ? source.transform(python().evaluate(same)) : source;
        List<String> words = Arrays.asList("a", "b", "a", null, "c", "d");
        assertEquals(words, decoded(batches, "word"));
    }

    /** Three batches, the last with a dictionary of its own. */
    private Flux<RecordBatch> carriers() {
        List<String> early = List.of("DL", "UA");
        return Flux.defer(() -> Flux.just(
                Columns.encoded(allocator, "carrier", early, (short) 1, null),
                Columns.encoded(allocator, "carrier", early, (short) 1, (short) 0),
                Columns.encoded(allocator, "carrier", List.of("AA", "B6", "UA"), (short) 0, (short) 2)));
    }

    private static List<Object> decoded(Flux<RecordBatch> batches, String column) {
        List<Object> words = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> words.addAll(decoded(batch, column))))
                .then()
                .block(Results.LIMIT);
        return words;
    }

    private static List<Object> decoded(RecordBatch batch, String column) {
        FieldVector codes = batch.column(column);
        DictionaryEncoding encoding = codes.getField().getDictionary();
        Dictionary dictionary = batch.dictionaries().lookup(encoding.getId());
        List<Object> words = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            words.add(
                    codes.isNull(row)
                            ? null
                            : dictionary
                                    .getVector()
                                    .getObject(((Number) codes.getObject(row)).intValue())
                                    .toString());
        }
        return words;
    }
}
