package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Each kind of function: what it reads, what it gives, its constants. */
class KindsTest extends PythonTest {

    @ParameterizedTest
    @ValueSource(strings = {"speed", "speed_arrow", "speed_tuples", "speed_arrow_tuples"})
    void rowAlignedKindsReadSeveralColumns(String function) {
        Udf speed = Udf.of("kinds:" + function).on("distance", "air_time").as("mph");
        assertEquals(
                Arrays.asList(120.0, 600.0, null),
                Results.values(flights().transform(python().evaluate(speed)), "mph"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"speed", "speed_arrow"})
    void scalarFunctionsReadTheColumnsThatTheirParametersAreNamedAfter(String function) {
        Flux<RecordBatch> evaluated = flights().transform(python().evaluate(Udf.of("kinds:" + function)));
        assertEquals(Arrays.asList(120.0, 600.0, null), Results.values(evaluated, function));
    }

    @Test
    void onSaysTheOrderOfTheArguments() {
        Udf inverse = Udf.of("kinds:speed").on("air_time", "distance");
        assertEquals(
                Arrays.asList(30.0, 6.0, null),
                Results.values(flights().transform(python().evaluate(inverse)), "speed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"far_arrow", "far_pandas"})
    void mapKindsReplaceTheColumns(String function) {
        Flux<RecordBatch> mapped = flights()
                .transform(python().evaluate(Udf.map("kinds:" + function).with("miles", 300)));
        List<List<?>> batches = mapped.map(RecordBatches.<List<?>>closing(batch -> {
                    assertEquals(
                            List.of("distance", "far"),
                            batch.schema().getFields().stream()
                                    .map(field -> field.getName())
                                    .toList());
                    return List.of(Batches.values(batch, "distance"), Batches.values(batch, "far"));
                }))
                .collectList()
                .block(Results.LIMIT);
        assertEquals(
                List.of(List.of(List.of(200.0, 500.0), List.of(false, true)), List.of(List.of(700.0), List.of(true))),
                batches);
    }

    @Test
    void aMapGivesRowsWithoutInputWhenItIsToldTheSchema() {
        Schema schema;
        try (RecordBatch batch = Batches.range(allocator, 0, 0)) {
            schema = batch.schema();
        }
        BatchTransform countDown =
                python().evaluate(Udf.map("kinds:count_down").with("start", 3)).inputSchema(schema);
        assertEquals(
                List.of(3L, 2L, 1L), Results.values(Flux.<RecordBatch>empty().transform(countDown), "n"));
    }

    @Test
    void scalarFunctionsAreNotCalledWithABatchOfNoRows() {
        Flux<RecordBatch> some = Flux.just(0, 2, 0, 0, 1).map(rows -> Batches.range(allocator, 0, rows));
        assertEquals(
                List.of(0, 2, 0, 0, 1),
                Results.borders(some.transform(python().evaluate(Udf.of("kinds:no_empty_batches")))));
    }

    @Test
    void constantsArriveAsTheyAre() {
        Udf told = Udf.of("kinds:constants")
                .on("x")
                .with("tail", "ü\"\\\n")
                .with("big", Long.MAX_VALUE)
                .with("ratio", 0.1)
                .with("flag", true)
                .with("nothing", null)
                .with("nested", List.of(1, Map.of("k", Collections.singletonList(null))));
        assertEquals(
                List.of("{\"big\": 9223372036854775807, \"flag\": true, \"nested\": [1, {\"k\": [null]}],"
                        + " \"nothing\": null, \"ratio\": 0.1, \"tail\": \"\\u00fc\\\"\\\\\\n\"}"),
                Results.values(Batches.ranges(allocator, 1, 1).transform(python().evaluate(told)), "constants"));
    }

    @Test
    void anotherConstantIsAnotherEvaluationOfTheSameWorker() {
        PythonRuntime python = python();
        Udf needs = Udf.of("kinds:needs").on("x").as("y");
        for (long offset : List.of(10L, 20L)) {
            assertEquals(
                    List.of(offset),
                    Results.values(
                            Batches.ranges(allocator, 1, 1).transform(python.evaluate(needs.with("offset", offset))),
                            "y"));
        }
    }

    @Test
    void aFileIsAModuleToo() {
        Udf speed = Udf.scalar("python/kinds.py:speed");
        assertEquals(
                Arrays.asList(120.0, 600.0, null),
                Results.values(flights().transform(python().evaluate(speed)), "speed"));
    }

    private Flux<RecordBatch> flights() {
        return Flux.defer(() -> Flux.just(
                flights(new Double[] {200.0, 500.0}, 100.0, 50.0), flights(new Double[] {700.0}, new Double[] {null})));
    }

    private RecordBatch flights(Double[] distance, Double... airTime) {
        return Columns.batch(
                Columns.float64(allocator, "distance", distance), Columns.float64(allocator, "air_time", airTime));
    }
}
