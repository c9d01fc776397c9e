package io.github.reactorudf.samples.flights;

import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.PythonRuntime;
import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import io.github.reactorudf.Udf;
import java.io.IOException;
import java.sql.SQLException;
import org.duckdb.DuckDBConnection;
import reactor.core.publisher.Flux;

/** The sample's job: the flights through {@code late} and {@code delay_minutes}, in one trip to one Python worker. */
final class DelayReport {

    private final PythonEnvironment environment;
    private final int thresholdMinutes;

    DelayReport(PythonEnvironment environment, int thresholdMinutes) {
        this.environment = environment;
        this.thresholdMinutes = thresholdMinutes;
    }

    /** Runs to the end, and tells {@code listener} how it goes. */
    DelaySummary run(Listener listener) throws IOException, SQLException {
        try (UnpackedResources files = new UnpackedResources();
                DuckDBConnection duckdb = FlightsSource.connect();
                PythonRuntime python = PythonRuntime.builder()
                        .environment(environment)
                        .modules(files.modules())
                        .workers(1)
                        .build()) {
            listener.started(FlightsSource.count(duckdb, files.data()));
            Udf late = Udf.of("flights:late").on("arr_delay").with("threshold_minutes", thresholdMinutes);
            Udf delay = Udf.of("flights:delay_minutes").on("late", "arr_delay");
            Flux<RecordBatch> flights = FlightsSource.flights(duckdb, files.data(), python.allocator());
            DelaySummary summary = new DelaySummary();
            flights.transform(python.evaluate(late, delay))
                    .map(RecordBatches.closing(batch -> {
                        listener.returned(batch);
                        return summary.add(batch);
                    }))
                    .blockLast();
            return summary;
        }
    }

    /** Sees a run from start to end. */
    interface Listener {

        /** So many flights are to come. */
        void started(long flights);

        /** Python returned a batch, which stays another's to close. */
        void returned(RecordBatch batch);
    }
}
