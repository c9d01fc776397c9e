package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.protocol.FrameType;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** K8: values of groups of flights, which are those that pandas has for all flights at once. */
class GroupedAggregateTest extends PythonTest {

    private static final Udf MEAN =
            Udf.groupedAggregate("flight_groups:mean").groupBy("carrier").as("mean");
    private static final Udf WORST = Udf.groupedAggregate("flight_groups:worst")
            .on("delay")
            .groupBy("carrier")
            .as("worst");
    private static final Udf FLIGHTS =
            Udf.groupedAggregate("flight_groups:flights").on("day").groupBy("carrier");

    @Test
    void severalAtOnceOverPandasAndArrow() {
        WireTap tap = new WireTap();
        Flux<RecordBatch> aggregated =
                byCarrier().transform(python(tap::install).evaluate(MEAN, WORST, FLIGHTS));
        List<List<Object>> rows = Results.rows(aggregated);
        assertEquals(1, tap.count(true, FrameType.SETUP));
        assertEquals(byPandas(byCarrier(), "per_carrier"), rows);
        assertEquals(4, rows.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean_of_parts", "mean_of_batches"})
    void iteratorsOverAGroup(String function) {
        Udf mean = Udf.groupedAggregate("flight_groups:" + function)
                .on(function.equals("mean_of_parts") ? new String[] {"delay"} : new String[] {"day", "delay"})
                .groupBy("carrier");
        assertEquals(
                byPandas(byCarrier(), "per_carrier").stream()
                        .map(row -> row.subList(0, 2))
                        .toList(),
                Results.rows(byCarrier().transform(python().evaluate(mean))));
    }

    @Test
    void withoutGroupsTheStreamIsOne() {
        Udf mean = Udf.groupedAggregate("flight_groups:mean").as("mean");
        Udf worst = Udf.groupedAggregate("flight_groups:worst").on("delay").as("worst");
        assertEquals(
                byPandas(byCarrier(), "overall"), Results.rows(byCarrier().transform(python().evaluate(mean, worst))));
    }

    @Test
    void aStreamThatIsNotClusteredIsCollected() {
        Udf mean = MEAN.collect(1 << 20);
        Udf worst = WORST.collect(1 << 20);
        Udf flights = FLIGHTS.collect(1 << 20);
        assertEquals(
                byPandas(asTheyCame(), "per_carrier"),
                Results.rows(asTheyCame().transform(python().evaluate(mean, worst, flights))));
    }

    @Test
    void aKeyThatComesBackIsAnError() {
        PythonRuntime python = python();
        UdfException error = Results.failure(UdfException.class, asTheyCame().transform(python.evaluate(MEAN)));
        Results.assertSays(error, "flight_groups:mean", "comes back", "sort the stream by the key", "collect(...)");
        assertEquals(
                4, Results.rows(byCarrier().transform(python.evaluate(MEAN))).size());
    }

    @Test
    void moreThanMayBeCollectedIsAnError() {
        UdfException error =
                Results.failure(UdfException.class, asTheyCame().transform(python().evaluate(MEAN.collect(1000))));
        Results.assertSays(error, "flight_groups:mean", "more than the 1000 bytes", "collect(...)");
    }

    @Test
    void resultSchemaHasTheKeyAndTheValue() {
        Schema input;
        try (RecordBatch batch = Objects.requireNonNull(asTheyCame().blockFirst(Results.LIMIT))) {
            input = batch.schema();
        }
        PythonRuntime python = python();
        Schema told = Objects.requireNonNull(python.resultSchema(MEAN, input).block(Results.LIMIT));
        assertEquals(
                List.of("carrier: Utf8", "mean: FloatingPoint(DOUBLE)"),
                told.getFields().stream().map(Field::toString).toList());
        Schema seen = byCarrier()
                .transform(python.evaluate(MEAN))
                .map(RecordBatches.closing(RecordBatch::schema))
                .blockLast(Results.LIMIT);
        assertEquals(told, seen);
    }

    @Test
    void ofAScalarAndUnderAScalar() {
        WireTap tap = new WireTap();
        Udf over = Udf.scalar("flight_groups:minutes_over")
                .on("delay")
                .with("minutes", 10)
                .as("over");
        Udf mean = MEAN.on("over");
        Udf hours = Udf.scalar("flight_groups:hours");
        List<List<Object>> chained =
                Results.rows(byCarrier().transform(python(tap::install).evaluate(over, mean, hours)));
        assertEquals(1, tap.count(true, FrameType.SETUP));
        Udf direct = Udf.map("flight_groups:hours_over").with("minutes", 10);
        assertEquals(Results.rows(byCarrier().transform(python().evaluate(direct))), chained);
    }

    @Test
    void aggregatesOfAggregatesInAdjacentEvaluations() {
        WireTap tap = new WireTap();
        PythonRuntime python = python(tap::install);
        Udf days = Udf.groupedAggregate("flight_groups:mean")
                .groupBy("origin", "day")
                .as("of_day");
        Udf worst = Udf.groupedAggregate("flight_groups:worst")
                .on("of_day")
                .groupBy("origin")
                .as("worst_day");
        Flux<RecordBatch> chained =
                FlightsData.byOrigin(allocator).transform(python.evaluate(days)).transform(python.evaluate(worst));
        List<List<Object>> rows = Results.rows(chained);
        assertEquals(1, tap.count(true, FrameType.SETUP));
        assertEquals(byPandas(FlightsData.byOrigin(allocator), "worst_days"), rows);
        assertEquals(3, rows.size());
    }

    private List<List<Object>> byPandas(Flux<RecordBatch> flights, String function) {
        return WithoutWorker.rows(allocator, flights, "flight_groups:" + function);
    }

    private Flux<RecordBatch> asTheyCame() {
        return FlightsData.asTheyCame(allocator);
    }

    private Flux<RecordBatch> byCarrier() {
        return FlightsData.byCarrier(allocator);
    }
}
