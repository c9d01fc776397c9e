package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** K11: table functions over flights, which give what pandas has for all flights at once. */
class TableFunctionTest extends PythonTest {

    private static final Udf QUARTERS = Udf.table("flight_tables:Quarters").on("delay");
    private static final Udf SUMMARY = Udf.table("flight_tables:Summary");

    private final Path directory;

    TableFunctionTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void rowsExplode() {
        assertEquals(evaluated(Udf.map("flight_tables:all_quarters")), evaluated(QUARTERS));
    }

    @Test
    void theInputsColumnsStayBesideARowsOutputs() {
        assertEquals(evaluated(Udf.map("flight_tables:all_quarters_beside")), evaluated(QUARTERS.lateral()));
    }

    @Test
    void constantsAreForTheConstructor() {
        Udf halves = QUARTERS.with("size", 1000);
        List<List<Object>> rows = evaluated(halves);
        assertEquals(
                List.of(), rows.stream().filter(row -> !row.get(0).equals(0L)).toList());
    }

    @Test
    void terminateComesAtTheEndOfEachGroup() {
        Flux<RecordBatch> summaries =
                FlightsData.byCarrier(allocator).transform(python().evaluate(SUMMARY.groupBy("carrier")));
        List<List<Object>> rows = Results.rows(summaries);
        assertEquals(
                Results.rows(FlightsData.byCarrier(allocator)
                        .transform(python().evaluate(Udf.map("flight_tables:all_summaries")))),
                rows);
        assertEquals(4, rows.size());
    }

    @Test
    void terminateComesAtTheEndOfAnEvaluation() {
        PythonRuntime python = python();
        for (int times = 0; times < 2; times++) {
            List<List<Object>> rows =
                    Results.rows(FlightsData.asTheyCame(allocator).transform(python.evaluate(SUMMARY)));
            assertEquals(1, rows.size());
            assertEquals(300L, rows.get(0).get(1));
        }
    }

    @Test
    void batchesOfArrow() {
        assertEquals(
                evaluated(Udf.map("flight_tables:all_late").on("day", "delay")),
                evaluated(Udf.table("flight_tables:Late").on("day", "delay")));
    }

    /** Of one input row there are rows without end: what is not asked for is not made. */
    @Test
    void rowsAreMadeOnDemand() throws Exception {
        try (Fifo closed = new Fifo(directory.resolve("closed"))) {
            Udf endless = Udf.table("flight_tables:Endless").on("x").with("closed", closed.name());
            Flux<Long> lasts = Batches.ranges(allocator, 1, 1)
                    .transform(python().evaluate(endless))
                    .map(RecordBatches.closing(
                            batch -> (Long) Batches.values(batch, "n").get(batch.rowCount() - 1)));
            StepVerifier.create(lasts, 0)
                    .thenRequest(1)
                    .expectNext(9_999L)
                    .thenRequest(2)
                    .expectNext(19_999L, 29_999L)
                    .thenCancel()
                    .verify(Results.LIMIT);
            closed.await();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWrongRowIsAnErrorThatNamesIt(boolean wide) {
        Udf wrong = Udf.table("flight_tables:Wrong").on("x").with("wide", wide);
        UdfException error = Results.failure(
                UdfException.class, Batches.ranges(allocator, 1, 3).transform(python().evaluate(wrong)));
        Results.assertSays(error, "flight_tables:Wrong", "row 2 of the batch");
        Results.assertSays(error, wide ? "tuple of 3 values" : "'b', which can't be the string");
    }

    @Test
    void functionsOfBatchesCantBeLateral() {
        UdfException error = Results.failure(
                UdfException.class,
                FlightsData.asTheyCame(allocator)
                        .transform(python().evaluate(
                                        Udf.table("flight_tables:Late").lateral())));
        Results.assertSays(error, "flight_tables:Late", "leave lateral() out");
    }

    private List<List<Object>> evaluated(Udf udf) {
        return Results.rows(FlightsData.asTheyCame(allocator).transform(python().evaluate(udf)));
    }
}
