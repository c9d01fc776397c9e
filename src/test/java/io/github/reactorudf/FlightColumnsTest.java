package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.protocol.FrameType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** K1 to K4, K6 and K12: columns and batches of flights, which are those that pandas has for all flights at once. */
class FlightColumnsTest extends PythonTest {

    private static final List<String> COLUMNS = List.of("hours", "late", "route", "flights", "rounded");

    @ParameterizedTest
    @CsvSource({"hours, delay, hours", "late_so_far, delay, late", "flights_so_far, day, flights"})
    void aColumnOfEachKind(String function, String column, String expected) {
        Udf udf = Udf.of("flight_columns:" + function).on(column).as("result");
        assertEquals(column(expected), Results.values(flights().transform(python().evaluate(udf)), "result"));
    }

    @Test
    void anArrowFunctionOfTwoColumns() {
        Udf route = Udf.scalar("flight_columns:route");
        assertEquals(column("route"), Results.values(flights().transform(python().evaluate(route)), "route"));
    }

    @Test
    void severalAndChainedInOneTrip() {
        Udf hours = Udf.scalar("flight_columns:hours").on("delay");
        Udf late = Udf.scalarIterator("flight_columns:late_so_far").on("delay").as("late");
        Udf route = Udf.scalar("flight_columns:route");
        Udf flown =
                Udf.scalarIterator("flight_columns:flights_so_far").on("day").as("flights");
        Udf rounded = Udf.scalar("flight_columns:rounded").on("hours");
        WireTap tap = new WireTap();
        PythonRuntime python = python(tap::install);
        List<List<Object>> rows = Results.rows(
                flights().transform(python.evaluate(hours, late, route, flown)).transform(python.evaluate(rounded)));
        assertEquals(1, tap.count(true, FrameType.SETUP));
        assertEquals(
                byPandas("all_columns"),
                rows.stream().map(row -> row.subList(4, 4 + COLUMNS.size())).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"late", "late_arrow"})
    void batchesToBatches(String function) {
        assertEquals(
                byPandas("all_late"),
                Results.rows(flights().transform(python().evaluate(Udf.map("flight_columns:" + function)))));
    }

    private List<Object> column(String name) {
        int index = COLUMNS.indexOf(name);
        List<Object> column = new ArrayList<>();
        byPandas("all_columns").forEach(row -> column.add(row.get(index)));
        return column;
    }

    private List<List<Object>> byPandas(String function) {
        return WithoutWorker.rows(allocator, flights(), "flight_columns:" + function);
    }

    private Flux<RecordBatch> flights() {
        return FlightsData.asTheyCame(allocator);
    }
}
