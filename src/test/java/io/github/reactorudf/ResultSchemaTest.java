package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** What {@code resultSchema} tells is the schema of what an evaluation gives, for each kind. */
class ResultSchemaTest extends PythonTest {

    private static final String CODE = """
            from collections.abc import Iterator
            import pandas as pd
            import pyarrow as pa
            from reactor_udf import udf

            @udf(returns="float32")
            def scalar(x: pd.Series) -> pd.Series:
                return x / 2

            @udf(returns="float64")
            def scalar_iterator(xs: Iterator[pa.Array]) -> Iterator[pa.Array]:
                yield from xs

            def rows(x: int) -> float:
                return x / 2

            @udf(returns="n: int64, name: string")
            def maps(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
                for batch in batches:
                    yield pd.DataFrame({"n": [len(batch)], "name": ["all"]})

            @udf(returns="name: string, n: int32 not null")
            def grouped_map(key: tuple, group: pd.DataFrame) -> pd.DataFrame:
                return pd.DataFrame({"n": [len(group)], "name": [key[0]]})

            def mean(x: pd.Series) -> float:
                return x.mean()

            @udf(returns="n: int64")
            class Table:
                def eval(self, x: int):
                    yield x,

            async def asynchronous(x: int) -> str:
                return str(x)

            @udf(returns="left: int64, right: int64")
            def cogrouped(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
                return pd.DataFrame({"left": [len(left)], "right": [len(right)]})
            """;

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(udf("scalar"), "k x scalar"),
                Arguments.of(udf("scalar").as("half"), "k x half"),
                Arguments.of(udf("scalar_iterator").on("x"), "k x scalar_iterator"),
                Arguments.of(udf("rows"), "k x rows"),
                Arguments.of(udf("maps"), "n name"),
                Arguments.of(udf("grouped_map").groupBy("k"), "name n"),
                Arguments.of(udf("mean"), "mean"),
                Arguments.of(udf("mean").groupBy("k").as("average"), "k average"),
                Arguments.of(
                        Udf.windowAggregate("kinds:mean", RowFrame.unbounded()).source(CODE), "k x mean"),
                Arguments.of(udf("Table"), "n"),
                Arguments.of(udf("Table").lateral(), "k x n"),
                Arguments.of(udf("asynchronous"), "k x asynchronous"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itIsTheSchemaOfTheResult(Udf udf, String columns) {
        Flux<RecordBatch> batches = Flux.defer(() -> Flux.just(batch()));
        Schema told = python().resultSchema(udf, schema()).block(Results.LIMIT);
        Schema given = batches.transform(python().evaluate(udf))
                .map(RecordBatches.closing(RecordBatch::schema))
                .blockLast(Results.LIMIT);
        assertNotNull(told);
        assertEquals(given, told);
        assertEquals(List.of(columns.split(" ")), names(told));
    }

    @Test
    void aFunctionOfTwoInputsHasTheSchemasOfBoth() {
        Schema told = python().resultSchema(udf("cogrouped").groupBy("k"), schema(), schema())
                .block(Results.LIMIT);
        assertNotNull(told);
        assertEquals(List.of("left", "right"), names(told));
        assertTrue(told.getFields().stream().allMatch(Field::isNullable));
    }

    private static Udf udf(String function) {
        return Udf.of("kinds:" + function).source(CODE);
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream().map(Field::getName).toList();
    }

    private Schema schema() {
        try (RecordBatch batch = batch()) {
            return batch.schema();
        }
    }

    private RecordBatch batch() {
        Map<String, List<?>> columns = new LinkedHashMap<>();
        columns.put("k", List.of("a", "b"));
        columns.put("x", List.of(1L, 2L));
        return Batches.of(allocator, columns);
    }
}
