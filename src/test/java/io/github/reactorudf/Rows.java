package io.github.reactorudf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import reactor.core.publisher.Flux;

/** What batches hold, as lines: the names and types of the columns, then the rows. */
final class Rows {

    private Rows() {}

    /** Sorted unless {@code ordered}; whether a column may be null is left out. */
    static List<String> of(Flux<RecordBatch> batches, boolean ordered) {
        List<String> columns = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> {
                    columns.add(joined(batch.schema().getFields()));
                    for (int row = 0; row < batch.rowCount(); row++) {
                        int index = row;
                        rows.add(batch.columns().stream()
                                .map(column -> String.valueOf(column.getObject(index)))
                                .collect(Collectors.joining(" | ")));
                    }
                    return batch.rowCount();
                }))
                .blockLast(Results.LIMIT);
        if (!ordered) {
            Collections.sort(rows);
        }
        List<String> lines = new ArrayList<>(columns.subList(0, Math.min(1, columns.size())));
        lines.addAll(rows);
        return lines;
    }

    private static String joined(List<Field> fields) {
        return fields.stream()
                .map(field -> field.getName() + ": " + field.getType()
                        + (field.getChildren().isEmpty() ? "" : "<" + joined(field.getChildren()) + ">"))
                .collect(Collectors.joining(", "));
    }
}
