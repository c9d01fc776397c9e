package io.github.reactorudf.samples.flights;

import io.github.reactorudf.RecordBatch;
import java.util.Locale;

/** The first flight of a batch as a line of a table: that rows come while the job runs is to be seen. */
final class SampleRow {

    private static final String FORMAT = "%-10s  %-7s %6s  %-4s %-4s  %9s  %-5s  %13s";
    static final String HEADER =
            format("date", "carrier", "flight", "from", "to", "arr_delay", "late", "delay_minutes");

    private SampleRow() {}

    static String of(RecordBatch batch) {
        String date = String.format(
                Locale.ROOT, "%s-%02d-%02d", value(batch, "year"), value(batch, "month"), value(batch, "day"));
        return format(
                date,
                value(batch, "carrier"),
                value(batch, "flight"),
                value(batch, "origin"),
                value(batch, "dest"),
                value(batch, "arr_delay"),
                value(batch, "late"),
                value(batch, "delay_minutes"));
    }

    private static Object value(RecordBatch batch, String column) {
        Object value = batch.column(column).getObject(0);
        return value == null ? "null" : value;
    }

    private static String format(Object... cells) {
        return String.format(Locale.ROOT, FORMAT, cells);
    }
}
