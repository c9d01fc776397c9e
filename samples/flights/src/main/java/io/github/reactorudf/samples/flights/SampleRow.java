package io.github.reactorudf.samples.flights;

import io.github.reactorudf.RecordBatch;
import java.time.LocalDate;
import java.util.Locale;

/** The first flight of a batch as a line of a table: that rows come while the job runs is to be seen. */
final class SampleRow {

    static final String HEADER = line("date", "carrier", "flight", "from", "to", "arr_delay", "late", "delay_minutes");

    private SampleRow() {}

    static String of(RecordBatch batch) {
        LocalDate date = LocalDate.of(number(batch, "year"), number(batch, "month"), number(batch, "day"));
        return line(
                date,
                value(batch, "carrier"),
                value(batch, "flight"),
                value(batch, "origin"),
                value(batch, "dest"),
                value(batch, "arr_delay"),
                value(batch, "late"),
                value(batch, "delay_minutes"));
    }

    private static int number(RecordBatch batch, String column) {
        return ((Number) value(batch, column)).intValue();
    }

    private static Object value(RecordBatch batch, String column) {
        Object value = batch.column(column).getObject(0);
        return value == null ? "null" : value;
    }

    private static String line(
            Object date,
            Object carrier,
            Object flight,
            Object from,
            Object to,
            Object arrDelay,
            Object late,
            Object delayMinutes) {
        return String.format(
                Locale.ROOT,
                "%-10s  %-7s %6s  %-4s %-4s  %9s  %-5s  %13s",
                date,
                carrier,
                flight,
                from,
                to,
                arrDelay,
                late,
                delayMinutes);
    }
}
