package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The snippets of {@code docs/functions.md} are what is compiled and run here. */
class FunctionsPageTest extends PythonTest {

    private static final Path PAGE = Path.of("../../docs/functions.md");

    @Test
    void pythonSnippetRuns(@TempDir Path modules) throws IOException {
        Files.writeString(modules.resolve("flights.py"), find(PAGE, "```python\n(.*?)```"));
        PythonRuntime python = python(builder().modules(modules));
        Flux<RecordBatch> flights = Flux.defer(() -> Flux.just(Columns.batch(
                Columns.float64(allocator, "distance", 100.0),
                Columns.float64(allocator, "air_time", 60.0),
                Columns.float64(allocator, "delay", 8.5))));
        Udf standardized = Udf.of("flights:Standardized").with("mean", 6.5).with("deviation", 0.5);
        assertEquals(
                List.of(100.0, 96.56 / 60 * 100, 4.0, 1.0),
                flights.transform(python.evaluate(
                                Udf.of("flights:speed"),
                                Udf.of("flights:speed_km"),
                                standardized,
                                Udf.of("flights:standardized")))
                        .map(RecordBatches.closing(batch -> Stream.of(
                                        "speed", "speed_km", "Standardized", "standardized")
                                .map(column -> Batches.values(batch, column).get(0))
                                .toList()))
                        .blockFirst(Results.LIMIT));
    }

    @Test
    void javaSnippetRuns() throws IOException {
        // tag::where[]
        Udf carried = Udf.scalar("classpath:udfs/resource.py:plus_one");
        Udf inline = Udf.scalar("doubled:twice").source("""
                        import pyarrow as pa
                        import pyarrow.compute as pc

                        def twice(plus_one: pa.Array) -> pa.Array:
                            return pc.multiply(plus_one, 2)
                        """).returns("int64");
        // end::where[]
        Flux<RecordBatch> ranges = Batches.ranges(allocator, 1, 3);
        assertEquals(
                List.of(2L, 4L, 6L), Results.values(ranges.transform(python().evaluate(carried, inline)), "twice"));
        Path here = Path.of("java/io/github/reactorudf/FunctionsPageTest.java");
        String between = find(here, " *// tag::where\\[\\]\n(.*?) *// end::where\\[\\]");
        assertEquals(between.stripTrailing().stripIndent() + "\n", find(PAGE, "```java\n(.*?)```"));
    }

    private static String find(Path file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(file));
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }
}
