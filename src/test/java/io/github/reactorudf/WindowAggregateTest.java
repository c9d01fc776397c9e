package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.protocol.FrameType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** K9: values of the flights around each flight, which are those that pandas has for all flights at once. */
class WindowAggregateTest extends PythonTest {

    @Test
    void slidingOverTheFlightsOfAnOrigin() {
        PythonRuntime python = python();
        for (List<Long> rows : List.of(List.of(2L, 0L), List.of(3L, 3L), List.of(0L, 40L), List.of(500L, 500L))) {
            long before = rows.get(0);
            long after = rows.get(1);
            Udf mean = Udf.windowAggregate("flight_groups:mean", RowFrame.sliding(-before, after))
                    .groupBy("origin");
            assertEquals(
                    byPandas("sliding", "{\"before\": " + before + ", \"after\": " + after + "}"),
                    Results.values(byOrigin().transform(python.evaluate(mean)), "mean"));
        }
    }

    @Test
    void growingWithTheDaysOfAnOrigin() {
        Udf worst = Udf.windowAggregate("flight_groups:worst", RowFrame.growing())
                .on("delay")
                .groupBy("origin");
        assertEquals(byPandas("worst_so_far", "{}"), values(worst, "worst"));
    }

    @Test
    void fromEachDayToTheLastOfAnOrigin() {
        Udf mean = Udf.windowAggregate("flight_groups:mean", RowFrame.startingAt(-1))
                .groupBy("origin");
        assertEquals(byPandas("sliding", "{\"before\": 1, \"after\": 500}"), values(mean, "mean"));
    }

    @Test
    void ofAllFlightsOfAnOrigin() {
        Udf mean =
                Udf.windowAggregate("flight_groups:mean", RowFrame.unbounded()).groupBy("origin");
        assertEquals(byPandas("mean_of_origin", "{}"), values(mean, "mean"));
    }

    /** A week of daily means: an aggregate and a window over its rows are one trip. */
    @Test
    void slidingOverTheDaysOfAnOrigin() {
        WireTap tap = new WireTap();
        Udf day = Udf.groupedAggregate("flight_groups:mean")
                .groupBy("origin", "day")
                .as("of_day");
        Udf week = Udf.windowAggregate("flight_groups:mean", RowFrame.sliding(-6, 0))
                .on("of_day")
                .groupBy("origin")
                .as("week");
        Flux<RecordBatch> weeks = byOrigin().transform(python(tap::install).evaluate(day, week));
        List<List<Object>> rows = Results.rows(weeks);
        assertEquals(1, tap.count(true, FrameType.SETUP));
        List<Object> expected = byPandas("week", "{}");
        assertEquals(
                rounded(expected), rounded(rows.stream().map(row -> row.get(3)).toList()));
        assertEquals(List.of("EWR", 1L), rows.get(0).subList(0, 2));
    }

    @Test
    void batchesComeBackAsTheyWere() {
        Udf mean = Udf.windowAggregate("flight_groups:mean", RowFrame.sliding(-2, 2))
                .groupBy("origin")
                .as("around");
        BatchTransform window = python().evaluate(mean);
        assertEquals(Results.borders(byOrigin()), Results.borders(byOrigin().transform(window)));
        List<List<Object>> rows = Results.rows(byOrigin().transform(window));
        assertEquals(
                Results.rows(byOrigin()),
                rows.stream().map(row -> row.subList(0, 4)).toList());
    }

    @Test
    void resultSchemaHasOneColumnMore() {
        Schema input;
        try (RecordBatch batch = Objects.requireNonNull(byOrigin().blockFirst(Results.LIMIT))) {
            input = batch.schema();
        }
        Udf mean = Udf.windowAggregate("flight_groups:mean", RowFrame.growing()).as("so_far");
        List<Field> expected = new ArrayList<>(input.getFields());
        Schema told = Objects.requireNonNull(python().resultSchema(mean, input).block(Results.LIMIT));
        expected.add(told.findField("so_far"));
        assertEquals(expected, told.getFields());
    }

    /** Rule D7: a frame that has no end waits for the end of its group. */
    @Test
    void aGroupThatIsMoreThanMayBeHeldIsAnError() {
        Udf mean = Udf.windowAggregate("flight_groups:mean_of_x", RowFrame.unbounded())
                .on("x")
                .as("mean");
        PythonRuntime python = python();
        UdfException error = Results.failure(
                UdfException.class,
                Batches.ranges(allocator, 10, 1000)
                        .transform(python.evaluate(mean).maxHeldBytes(10_000)));
        Results.assertSays(error, "maxHeldBytes");
        Udf sliding = Udf.windowAggregate("flight_groups:mean_of_x", RowFrame.sliding(-1, 0))
                .on("x")
                .as("mean");
        assertEquals(
                9998.5,
                Results.values(
                                Batches.ranges(allocator, 10, 1000)
                                        .transform(python.evaluate(sliding).maxHeldBytes(10_000)),
                                "mean")
                        .get(9999));
    }

    @Test
    void collectingIsAnError() {
        Udf mean = Udf.windowAggregate("flight_groups:mean", RowFrame.growing())
                .groupBy("origin")
                .collect(1 << 20);
        UdfException error = Results.failure(UdfException.class, byOrigin().transform(python().evaluate(mean)));
        Results.assertSays(error, "flight_groups:mean", "collect(...)", "sort the stream by the key");
    }

    private List<Object> values(Udf udf, String column) {
        return Results.values(byOrigin().transform(python().evaluate(udf)), column);
    }

    /** pandas' rolling sums differ in the last bits. */
    private static List<Long> rounded(List<Object> values) {
        return values.stream().map(value -> Math.round((Double) value * 1e9)).toList();
    }

    /** The last column of what pandas gives. */
    private List<Object> byPandas(String function, String constants) {
        List<Object> column = new ArrayList<>();
        WithoutWorker.rows(allocator, byOrigin(), "flight_groups:" + function, constants)
                .forEach(row -> column.add(row.get(row.size() - 1)));
        return column;
    }

    private Flux<RecordBatch> byOrigin() {
        return FlightsData.byOrigin(allocator);
    }
}
