package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** What evaluations give, waited for within a limit that only a hang reaches; every batch is closed. */
final class Results {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private Results() {}

    /** The values of a column, batch after batch. */
    static List<Object> values(Flux<RecordBatch> batches, String column) {
        List<Object> all = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> all.addAll(Batches.values(batch, column))))
                .blockLast(LIMIT);
        return all;
    }

    /** The rows, batch after batch: the values of all columns. */
    static List<List<Object>> rows(Flux<RecordBatch> batches) {
        List<List<Object>> all = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> {
                    List<List<Object>> columns = batch.schema().getFields().stream()
                            .map(field -> Batches.values(batch, field.getName()))
                            .toList();
                    for (int row = 0; row < batch.rowCount(); row++) {
                        int index = row;
                        all.add(columns.stream()
                                .map(column -> column.get(index))
                                .collect(ArrayList::new, ArrayList::add, ArrayList::addAll));
                    }
                    return batch.rowCount();
                }))
                .blockLast(LIMIT);
        return all;
    }

    /** The row counts of the batches. */
    static List<Integer> borders(Flux<RecordBatch> batches) {
        List<Integer> all = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> all.add(batch.rowCount()))).blockLast(LIMIT);
        return all;
    }

    /** The error that the evaluation ends with, which is of exactly that type. */
    static <E extends Throwable> E failure(Class<E> type, Flux<RecordBatch> batches) {
        Throwable error = assertThrows(
                Throwable.class,
                () -> batches.doOnNext(RecordBatch::close).then().block(LIMIT));
        if (error.getClass() != type) {
            throw new AssertionError("not a " + type.getSimpleName() + ": " + error, error);
        }
        return type.cast(error);
    }

    static void assertSays(Throwable error, String... parts) {
        for (String part : parts) {
            assertTrue(
                    String.valueOf(error.getMessage()).contains(part),
                    () -> "no \"" + part + "\" in: " + error.getMessage());
        }
    }
}
