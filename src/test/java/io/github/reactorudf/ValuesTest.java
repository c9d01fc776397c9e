package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What values become on their way: Arrow's stay bit for bit, pandas' follow the schema alone. */
class ValuesTest extends PythonTest {

    /** A null, zero with either sign, infinities, NaNs quiet and signalling with payloads, the smallest number. */
    private static final Long[] BITS = {
        null,
        0L,
        0x8000000000000000L,
        0x7ff0000000000000L,
        0xfff0000000000000L,
        0x7ff8000000000000L,
        0x7ff8dead0000beefL,
        0xfff8000000000001L,
        0x7ff0000000000001L,
        1L
    };

    @Test
    void arrowColumnsAndColumnsPassedThroughAreEqualBitForBit() {
        Udf same = Udf.of("values:same_arrow").on("x").returns("float64").as("y");
        List<List<Long>> columns = one(() -> Columns.float64Bits(allocator, "x", BITS))
                .transform(python().evaluate(same))
                .map(RecordBatches.closing(batch -> List.of(bits(batch, "x"), bits(batch, "y"))))
                .blockLast(Results.LIMIT);
        assertEquals(List.of(Arrays.asList(BITS), Arrays.asList(BITS)), columns);
    }

    @Test
    void aMapKeepsTheBitsToo() {
        List<Long> column = one(() -> Columns.float64Bits(allocator, "x", BITS))
                .transform(python().evaluate(Udf.map("values:same_map")))
                .map(RecordBatches.closing(batch -> bits(batch, "x")))
                .blockLast(Results.LIMIT);
        assertEquals(Arrays.asList(BITS), column);
    }

    @Test
    void inArrowANullIsNotNan() {
        assertEquals(
                List.of(false, true, false),
                evaluated("values:is_null", () -> Columns.float64(allocator, "x", 1.0, null, Double.NaN)));
    }

    @Test
    void inPandasAFloatNullIsNanAndANanResultIsNull() {
        Supplier<FieldVector> floats = () -> Columns.float64(allocator, "x", -0.0, null, Double.NaN);
        Udf same = Udf.of("values:same").on("x").returns("float64").as("y");
        assertEquals(
                Arrays.asList(-0.0, null, null), Results.values(one(floats).transform(python().evaluate(same)), "y"));
        assertEquals(List.of(false, true, true), evaluated("values:is_missing", floats));
    }

    @Test
    void integersThatMayBeNullAreExactToTheirExtremes() {
        Long[] extremes = {Long.MIN_VALUE, null, Long.MAX_VALUE, Long.MAX_VALUE - 1, (1L << 53) + 1};
        Udf same = Udf.of("values:same").on("x").returns("int64").as("y");
        assertEquals(
                Arrays.asList(extremes),
                Results.values(
                        one(() -> Columns.int64(allocator, "x", extremes)).transform(python().evaluate(same)), "y"));
    }

    @Test
    void theDtypeFollowsTheFieldWhetherOrNotABatchHasNulls() {
        assertEquals(
                List.of("Int64", "Int64"), evaluated("values:dtype", () -> Columns.int64(allocator, "x", 1L, null)));
        assertEquals(List.of("Int64"), evaluated("values:dtype", () -> Columns.int64(allocator, "x", 1L)));
        assertEquals(List.of("Int32"), evaluated("values:dtype", () -> Columns.int32(allocator, "x", 1)));
        assertEquals(List.of("boolean"), evaluated("values:dtype", () -> Columns.bool(allocator, "x", true)));
        assertEquals(
                List.of("float64", "float64"),
                evaluated("values:dtype", () -> Columns.float64(allocator, "x", 1.0, null)));
        assertEquals(
                List.of("int64"), evaluated("values:dtype", () -> Columns.required(Columns.int64(allocator, "x", 1L))));
    }

    @Test
    void booleansAndStringsKeepTheirNulls() {
        PythonRuntime python = python();
        Map<String, Supplier<FieldVector>> columns = Map.of(
                "bool", () -> Columns.bool(allocator, "x", true, null, false),
                "string", () -> Columns.string(allocator, "x", "", null, "☃"));
        columns.forEach((type, column) -> {
            Udf same = Udf.of("values:same").on("x").returns(type).as("y");
            Flux<RecordBatch> evaluated = one(column).transform(python.evaluate(same));
            assertEquals(Results.values(evaluated, "x"), Results.values(evaluated, "y"));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"missing_floats", "missing_integers", "missing_strings", "missing_booleans", "missing_times"})
    void whatIsMissingInAPandasResultIsNull(String function) {
        Map<String, List<?>> expected = Map.of(
                "missing_floats", Arrays.asList(1.0, null, null, 4.0),
                "missing_integers", Arrays.asList(1L, null, null, 4L),
                "missing_strings", Arrays.asList("a", null, null, null),
                "missing_booleans", Arrays.asList(true, null, null, false),
                "missing_times", Arrays.asList(LocalDateTime.of(2013, 1, 1, 0, 0), null, null, null));
        assertEquals(
                expected.get(function),
                evaluated("values:" + function, () -> Columns.int64(allocator, "x", 1L, 2L, 3L, 4L)));
    }

    private List<Object> evaluated(String function, Supplier<FieldVector> column) {
        Udf udf = Udf.of(function).on("x").as("y");
        return Results.values(one(column).transform(python().evaluate(udf)), "y");
    }

    private static Flux<RecordBatch> one(Supplier<? extends FieldVector> column) {
        return Flux.defer(() -> Flux.just(Columns.batch(column.get())));
    }

    private static List<Long> bits(RecordBatch batch, String column) {
        Float8Vector vector = (Float8Vector) batch.column(column);
        List<Long> bits = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            bits.add(vector.isNull(row) ? null : vector.getDataBuffer().getLong((long) row * Long.BYTES));
        }
        return bits;
    }
}
