package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Kind and result are asked of the function; Java may repeat them; a disagreement is an error before data moves. */
class DeclarationTest extends PythonTest {

    private static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    private final AtomicLong requested = new AtomicLong();

    @Test
    void javaMayRepeatKindAndResult() {
        Udf repeated = Udf.scalar("functions:plus_one").on("x").returns("int64").as("y");
        assertEquals(List.of(1L, 2L), Results.values(ranges().transform(python().evaluate(repeated)), "y"));
    }

    @Test
    void javaMayDeclareAResultThatPythonDoesNot() {
        PythonRuntime python = python();
        Udf undeclared = Udf.of("kinds:undeclared").on("x").as("y");
        Schema schema = new Schema(List.of(Field.nullable("whatever", FLOAT64)));
        for (Udf declared :
                List.of(undeclared.returns("float64"), undeclared.returns(FLOAT64), undeclared.returns(schema))) {
            assertEquals(List.of(0.5, 1.5), Results.values(ranges().transform(python.evaluate(declared)), "y"));
        }
    }

    @Test
    void anotherKindThanTheHintsSayIsAnError() {
        UdfException error = refused(Udf.map("kinds:undeclared").returns("y: float64"));
        Results.assertSays(error, "kinds:undeclared", "map", "scalar_pandas");
    }

    @Test
    void anotherResultThanTheDecoratorSaysIsAnError() {
        UdfException error = refused(Udf.of("functions:plus_one").on("x").returns("string"));
        Results.assertSays(error, "functions:plus_one", "string", "int64");
    }

    @Test
    void noResultTypeIsAnErrorThatSaysBothWays() {
        UdfException error = refused(Udf.of("kinds:undeclared").on("x"));
        Results.assertSays(error, "kinds:undeclared", "@udf(returns=", "returns(");
    }

    @Test
    void noHintsIsAnErrorThatSaysWhichWouldDo() {
        UdfException error = refused(Udf.scalar("kinds:unhinted").on("x").returns("int64"));
        Results.assertSays(error, "kinds:unhinted", "pd.Series", "pa.Array");
    }

    @Test
    void aResultTypeThatIsNoneIsAnError() {
        UdfException error = refused(Udf.of("kinds:undeclared").on("x").returns("flaot64"));
        Results.assertSays(error, "kinds:undeclared", "flaot64");
    }

    @Test
    void aConstantThatTheFunctionDoesNotTakeIsAnError() {
        Results.assertSays(
                refused(Udf.of("functions:plus_one").on("x").with("offset", 1)), "functions:plus_one", "offset");
    }

    @Test
    void aParameterWithoutAValueIsAnError() {
        Results.assertSays(refused(Udf.of("kinds:needs").on("x")), "kinds:needs", "offset", "with(");
    }

    @Test
    void aResultNamedLikeAColumnIsAnError() {
        Results.assertSays(refused(Udf.of("functions:plus_one").on("x").as("x")), "functions:plus_one", "x");
    }

    @Test
    void tooFewColumnsIsAnError() {
        Results.assertSays(refused(Udf.of("kinds:speed").on("x")), "kinds:speed", "1", "2");
    }

    @Test
    void dataOfAnotherSchemaThanWasToldIsAnError() {
        Schema told = new Schema(List.of(Field.nullable("x", FLOAT64)));
        BatchTransform transform =
                python().evaluate(Udf.of("functions:plus_one").on("x")).inputSchema(told);
        UdfException error = Results.failure(UdfException.class, ranges().transform(transform));
        Results.assertSays(error, "schema");
    }

    @Test
    void resultSchemaTellsWhatAnEvaluationWillGive() {
        PythonRuntime python = python();
        Schema input;
        try (RecordBatch batch = Batches.range(allocator, 0, 0)) {
            input = batch.schema();
        }
        Schema added =
                schema(python.resultSchema(Udf.of("functions:plus_one").on("x").as("y"), input));
        Schema seen = ranges().transform(
                        python.evaluate(Udf.of("functions:plus_one").on("x").as("y")))
                .map(RecordBatches.closing(RecordBatch::schema))
                .blockLast(Results.LIMIT);
        assertEquals(
                List.of("x", "y"),
                added.getFields().stream().map(Field::getName).toList());
        assertEquals(added, seen);
        Schema mapped = schema(python.resultSchema(Udf.map("kinds:count_down").with("start", 1), input));
        assertEquals(
                List.of("n"), mapped.getFields().stream().map(Field::getName).toList());
        StepVerifier.create(python.resultSchema(Udf.of("kinds:undeclared").on("x"), input))
                .expectErrorSatisfies(error -> Results.assertSays(error, "kinds:undeclared"))
                .verify(Results.LIMIT);
    }

    private static Schema schema(Mono<Schema> schema) {
        return Objects.requireNonNull(schema.block(Results.LIMIT));
    }

    /** The error of an evaluation that cannot be prepared; no more than the first batch was asked for. */
    private UdfException refused(Udf udf) {
        UdfException error = Results.failure(UdfException.class, ranges().transform(python().evaluate(udf)));
        assertTrue(requested.get() <= 1, () -> requested + " batches were asked for before the error");
        return error;
    }

    private Flux<RecordBatch> ranges() {
        return Batches.ranges(allocator, 2, 1).doOnRequest(requested::addAndGet);
    }
}
