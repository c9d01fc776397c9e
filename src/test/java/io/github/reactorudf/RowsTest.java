package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** K5: functions that are called with the values of each flight, which give what pandas has for all at once. */
class RowsTest extends PythonTest {

    @ParameterizedTest
    @ValueSource(strings = {"spoken", "spoken_arrow", "spoken_unhinted"})
    void valuesOfPythonAndOfArrow(String function) {
        Udf spoken = Udf.rows("flight_rows:" + function).as("spoken");
        assertEquals(
                Results.values(flights().transform(python().evaluate(Udf.map("flight_rows:all_spoken"))), "spoken"),
                Results.values(flights().transform(python().evaluate(spoken)), "spoken"));
    }

    @Test
    void theHintOfTheResultIsItsType() {
        Schema input;
        try (RecordBatch batch = Objects.requireNonNull(flights().blockFirst(Results.LIMIT))) {
            input = batch.schema();
        }
        Schema told = Objects.requireNonNull(
                python().resultSchema(Udf.rows("flight_rows:date"), input).block(Results.LIMIT));
        assertEquals(
                List.of(
                        "carrier: Utf8",
                        "origin: Utf8",
                        "day: Int(64, true)",
                        "delay: FloatingPoint(DOUBLE)",
                        "date: Date(DAY)"),
                told.getFields().stream().map(Field::toString).toList());
    }

    @Test
    void errorsOfSingleRowsNeedNoDeclaration() {
        BatchTransform nulled =
                python().evaluate(Udf.rows("flight_rows:per_minute")).onRowError(RowErrors.toNull());
        Flux<RecordBatch> delays =
                Flux.defer(() -> Flux.just(Columns.batch(Columns.float64(allocator, "delay", 2.0, 0.0, null, -4.0))));
        assertEquals(Arrays.asList(0.5, null, null, -0.25), Results.values(delays.transform(nulled), "per_minute"));
    }

    @Test
    void eachRowIsCalledOnceThoughOthersFail() {
        Udf counted = Udf.rows("flight_rows:counted").on("x").with("bad", 3);
        BatchTransform nulled = ownPython().evaluate(counted).onRowError(RowErrors.toNull());
        assertEquals(
                Arrays.asList(1L, 2L, 3L, null, 5L, 6L),
                Results.values(Batches.ranges(allocator, 2, 3).transform(nulled), "counted"));
    }

    @Test
    void anErrorNamesTheFunctionAndTheBatch() {
        Udf counted = Udf.rows("flight_rows:counted").on("x").with("bad", 3);
        PythonException error = Results.failure(
                PythonException.class, Batches.ranges(allocator, 2, 3).transform(python().evaluate(counted)));
        assertEquals("ValueError", error.pythonType());
        Results.assertSays(error, "not on day 3");
        assertEquals(1, error.batchIndex());
    }

    private Flux<RecordBatch> flights() {
        return FlightsData.asTheyCame(allocator);
    }
}
