package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** What bad input and bad functions get: an error that names the cause, and a worker that is used again. */
@Tag("full")
class BadInputTest extends PythonTest {

    private final Path directory;

    BadInputTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aMissingColumn() {
        UdfException error =
                failure(UdfException.class, Udf.of("functions:plus_one").on("distance"));
        Results.assertSays(error, "functions:plus_one", "distance", "x");
    }

    @Test
    void aColumnThatIsMissingByTheParametersName() {
        UdfException error = failure(UdfException.class, Udf.of("kinds:speed"));
        Results.assertSays(error, "kinds:speed", "distance", "x", "on(");
    }

    @Test
    void aFunctionThatDoesNotExist() {
        UdfException error =
                failure(UdfException.class, Udf.of("functions:plus_two").on("x"));
        Results.assertSays(error, "plus_two", "functions", "plus_one");
    }

    @Test
    void aModuleThatDoesNotExist() {
        UdfException error =
                failure(UdfException.class, Udf.of("fnuctions:plus_one").on("x"));
        Results.assertSays(error, "fnuctions", "modules");
    }

    @Test
    void aFileThatDoesNotExist() {
        Path file = directory.resolve("none.py");
        UdfException error = failure(UdfException.class, Udf.of(file + ":f").on("x"));
        Results.assertSays(error, file.toString());
    }

    @Test
    void aSyntaxErrorInTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("broken.py"), "import os\n\ndef f(x)\n    return x\n");
        PythonException error =
                failure(PythonException.class, Udf.of(file + ":f").on("x"));
        assertEquals("SyntaxError", error.pythonType());
        Results.assertSays(error, "SyntaxError", "broken.py", "line 3");
        assertTrue(error.pythonTraceback().contains("def f(x)"), error.pythonTraceback());
    }

    @Test
    void aPackageThatIsMissingInTheEnvironment() throws IOException {
        Path file = Files.writeString(directory.resolve("needy.py"), "import no_such_package\n");
        PythonException error =
                failure(PythonException.class, Udf.of(file + ":f").on("x"));
        assertEquals("ModuleNotFoundError", error.pythonType());
        Results.assertSays(error, "no_such_package", "needy.py");
    }

    @ParameterizedTest
    @CsvSource({
        "strings, string, int64",
        "strings_pandas, '', int64",
        "fractions, double, int64",
        "fractions_pandas, '', int64",
        "no_array, str, pyarrow.Array",
        "nothing, None, pandas.Series"
    })
    void aResultOfAnotherTypeThanPromised(String function, String given, String promised) {
        UdfException error =
                failure(UdfException.class, Udf.of("bad_input:" + function).on("x"));
        Results.assertSays(error, "bad_input:" + function, given, promised);
    }

    @ParameterizedTest
    @CsvSource({"other_columns, x, y", "other_types, int64, string", "no_batches, Int64Array, RecordBatch"})
    void aMapThatYieldsOtherColumnsThanPromised(String function, String promised, String given) {
        UdfException error = failure(UdfException.class, Udf.map("bad_input:" + function));
        Results.assertSays(error, "bad_input:" + function, promised, given);
    }

    @ParameterizedTest
    @CsvSource({"one_row_less, 9", "one_row_less_pandas, 9", "less_in_all, 180", "more_in_all, ''", "stops_early, 10"})
    void aResultOfAnotherLengthThanPromised(String function, String rows) {
        UdfException error =
                failure(UdfException.class, Udf.of("bad_input:" + function).on("x"));
        Results.assertSays(error, "bad_input:" + function, rows, "row");
    }

    @Test
    void aFunctionThatRaisesInBatchSeven() {
        List<Object> given = new ArrayList<>();
        Flux<RecordBatch> evaluated = input().transform(
                        python().evaluate(Udf.of("bad_input:raise_in_seven").on("x")));
        PythonException error = Results.failure(
                PythonException.class,
                evaluated.doOnNext(batch -> given.addAll(Batches.values(batch, "raise_in_seven"))));
        assertEquals("RuntimeError", error.pythonType());
        assertEquals(7, error.batchIndex());
        Results.assertSays(error, "batch seven is bad", "bad_input:raise_in_seven", "batch 7");
        assertEquals(70, given.size(), "what was given before the error");
        assertReused();
    }

    @Test
    void aFunctionThatExits() {
        PythonException error =
                failure(PythonException.class, Udf.of("bad_input:system_exit").on("x"));
        assertEquals("SystemExit", error.pythonType());
        Results.assertSays(error, "enough");
    }

    @Test
    void anIteratorFunctionThatReadsFurtherAheadThanTheBoundHolds() {
        BatchTransform greedy =
                python().evaluate(Udf.of("bad_input:reads_everything").on("x")).maxHeldBytes(500);
        UdfException error = Results.failure(UdfException.class, input().transform(greedy));
        Results.assertSays(error, "ahead of its output", "maxHeldBytes", "500", "map kind", "rows");
        assertReused();
        List<Object> all = Results.values(input().transform(greedy.maxHeldBytes(10_000)), "reads_everything");
        assertEquals(200, all.size());
    }

    @Test
    void aSchemaThatChangesMidStream() {
        Flux<RecordBatch> changing = Flux.defer(() -> Flux.just(
                Columns.batch(Columns.int64(allocator, "x", 1L)), Columns.batch(Columns.float64(allocator, "x", 1.0))));
        Udf plusOne = Udf.of("functions:plus_one").on("x");
        UdfException error = Results.failure(UdfException.class, changing.transform(python().evaluate(plusOne)));
        Results.assertSays(error, "schema changes mid-stream", "Int(64, true)", "FloatingPoint(DOUBLE)");
        assertReused();
    }

    @Test
    void aNullWhereTheFieldSaysThatThereIsNone() {
        long inexactAsFloat = (1L << 53) + 1;
        Flux<RecordBatch> lying = Flux.defer(() -> Flux.just(
                Columns.batch(Columns.required(Columns.int64(allocator, "x", inexactAsFloat))),
                Columns.batch(Columns.required(Columns.int64(allocator, "x", inexactAsFloat, null)))));
        Udf same = Udf.of("values:same").on("x").returns("int64").as("y");
        UdfException error = Results.failure(UdfException.class, lying.transform(python().evaluate(same)));
        Results.assertSays(error, "x", "holds nulls", "nullable");
        assertReused();
        Udf arrow = Udf.of("values:same_arrow").on("x").returns("int64").as("y");
        assertEquals(
                Arrays.asList(inexactAsFloat, inexactAsFloat, null),
                Results.values(lying.transform(python().evaluate(arrow)), "y"));
    }

    @Test
    void aRequestOfNothing() {
        Flux<RecordBatch> evaluated =
                input().transform(python().evaluate(Udf.of("functions:plus_one").on("x")));
        CompletableFuture<Throwable> error = new CompletableFuture<>();
        evaluated.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(0);
            }

            @Override
            protected void hookOnError(Throwable thrown) {
                error.complete(thrown);
            }
        });
        assertEquals(
                IllegalArgumentException.class,
                error.orTimeout(60, TimeUnit.SECONDS).join().getClass());
    }

    private <E extends Throwable> E failure(Class<E> type, Udf udf) {
        E error = Results.failure(type, input().transform(python().evaluate(udf)));
        assertReused();
        return error;
    }

    /** The only worker there is evaluates again. */
    private void assertReused() {
        Udf plusOne = Udf.of("functions:plus_one").on("x").as("y");
        assertEquals(
                List.of(1L),
                Results.values(Batches.ranges(allocator, 1, 1).transform(python().evaluate(plusOne)), "y"));
    }

    private Flux<RecordBatch> input() {
        return Batches.ranges(allocator, 20, 10);
    }
}
