package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Functions that are instances of a class. */
class ClassesTest extends PythonTest {

    private static final String CODE = """
            import threading
            import pyarrow as pa
            from reactor_udf import udf

            made = 0

            @udf(returns="int64")
            class Counting:
                def __init__(self, start: int = 0) -> None:
                    global made
                    made += 1
                    self.next = start + 100 * made

                def __call__(self, x: pa.Array) -> pa.Array:
                    first, self.next = self.next, self.next + len(x)
                    return pa.array(range(first, self.next), pa.int64())

            @udf(returns="int64")
            class Failing(Counting):
                def __init__(self) -> None:
                    raise LookupError("no model here")

            @udf(returns="int64")
            class Endless(Counting):
                def __init__(self) -> None:
                    threading.Event().wait()
            """;

    @Test
    void oneInstanceIsMadeForEachPreparedUdf() {
        PythonRuntime python = python();
        Udf counting = udf("Counting").with("start", 5).as("n");
        assertEquals(List.of(105L, 106L), Results.values(ranges().transform(python.evaluate(counting)), "n"));
        assertEquals(List.of(107L, 108L), Results.values(ranges().transform(python.evaluate(counting)), "n"));
        Udf another = counting.with("start", 6);
        assertEquals(List.of(206L, 207L), Results.values(ranges().transform(python.evaluate(another)), "n"));
    }

    @Test
    void whatAConstructorRaisesIsToldWithItsTraceback() {
        PythonException error =
                Results.failure(PythonException.class, ranges().transform(python().evaluate(udf("Failing"))));
        assertEquals("LookupError", error.pythonType());
        assertEquals(-1, error.batchIndex());
        assertTrue(error.pythonTraceback().contains("raise LookupError(\"no model here\")"));
    }

    @Test
    void aConstructorHasThePrepareTimeout() {
        PythonRuntime python = python(builder().prepareTimeout(Duration.ofSeconds(2)));
        UdfTimeoutException error =
                Results.failure(UdfTimeoutException.class, ranges().transform(python.evaluate(udf("Endless"))));
        Results.assertSays(error, "prepareTimeout", "classes:Endless");
        assertTrue(error.pythonStack().contains("__init__"), error.pythonStack());
    }

    private static Udf udf(String name) {
        return Udf.of("classes:" + name).source(CODE);
    }

    private Flux<RecordBatch> ranges() {
        return Batches.ranges(allocator, 2, 1);
    }
}
