package io.github.reactorudf.samples.flights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.RecordBatch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The summary holds what DuckDB computes of the same file, for each threshold another thing. */
class DelayReportTest {

    private static final PythonEnvironment PYTHON =
            PythonEnvironment.virtualenv(Path.of(System.getProperty("reactorudf.tests.venv")));

    @ParameterizedTest
    @ValueSource(ints = {15, 60})
    void summaryIsWhatDuckDbComputes(int threshold) throws Exception {
        Progress progress = new Progress();
        DelaySummary summary = new DelayReport(PYTHON, threshold).run(progress);
        progress.close();

        assertEquals(expected(threshold), summary.worst(10));
        assertEquals(336_776, summary.rows());
    }

    @Test
    void thresholdsDiffer() throws Exception {
        assertNotEquals(expected(15), expected(60));
    }

    @Test
    void everyBatchIsSeen() throws Exception {
        List<Long> announced = new ArrayList<>();
        List<Integer> returned = new ArrayList<>();
        new DelayReport(PYTHON, 15).run(new DelayReport.Listener() {
            @Override
            public void started(long flights) {
                announced.add(flights);
            }

            @Override
            public void returned(RecordBatch batch) {
                returned.add(batch.rowCount());
            }
        });
        assertEquals(List.of(336_776L), announced);
        assertEquals(336_776, returned.stream().mapToInt(Integer::intValue).sum());
    }

    private static List<CarrierDelay> expected(int threshold) throws Exception {
        List<CarrierDelay> carriers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT carrier_name, count(arr_delay), count(*) FILTER (arr_delay > %1$d),
                            sum(CASE WHEN arr_delay > %1$d THEN arr_delay ELSE 0 END)::BIGINT AS minutes
                        FROM 'src/main/resources/flights.parquet'
                        GROUP BY carrier_name ORDER BY minutes DESC, carrier_name LIMIT 10""".formatted(threshold))) {
            while (rows.next()) {
                carriers.add(new CarrierDelay(rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
            }
        }
        return carriers;
    }
}
