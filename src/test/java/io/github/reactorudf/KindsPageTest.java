package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The Java snippets of {@code docs/kinds.md} and {@code docs/pyspark.md} are what is compiled, and here also run. */
class KindsPageTest extends PythonTest {

    private static final Path KINDS = Path.of("../../docs/kinds.md");
    private static final Path PYSPARK = Path.of("../../docs/pyspark.md");

    @Test
    void snippetsRun(@TempDir Path modules) throws IOException {
        Files.writeString(modules.resolve("flights.py"), String.join("\n", snippets(KINDS, "python")));
        PythonRuntime python = python(builder().modules(modules));
        Flux<RecordBatch> flights = Flux.defer(() -> Flux.just(Columns.batch(
                Columns.string(allocator, "carrier", "AA", "AA"),
                Columns.string(allocator, "origin", "JFK", "JFK"),
                Columns.string(allocator, "dest", "LAX", "SFO"),
                Columns.float64(allocator, "distance", 400.0, 100.0),
                Columns.float64(allocator, "air_time", 60.0, 30.0),
                Columns.float64(allocator, "dep_delay", 20.0, 40.0))));
        assertRows(
                List.of(400.0, "JFK-LAX"),
                flights.transform(python.evaluate(Udf.scalar("flights:speed"), Udf.scalar("flights:route"))));
        assertRows(
                List.of(1L),
                flights.transform(python.evaluate(
                        Udf.scalarIterator("flights:late_so_far").on("dep_delay"))));
        assertRows(
                List.of("AA", 1L),
                flights.transform(python.evaluate(Udf.map("flights:late").with("minutes", 30))));
        assertRows(List.of("AA is late"), flights.transform(python.evaluate(Udf.rows("flights:verdict"))));
        assertRows(
                List.of(1L, 300.0),
                flights.transform(python.evaluate(
                        Udf.table("flights:Legs").with("longest", 300).lateral())));
        assertRows(
                List.of("TA"),
                flights.transform(
                        python.evaluate(Udf.scalarAsync("flights:gate").concurrency(16))));
    }

    @Test
    void groupsRun(@TempDir Path modules) throws IOException {
        Files.writeString(modules.resolve("flights.py"), String.join("\n", snippets(KINDS, "python")));
        PythonRuntime python = python(builder().modules(modules));
        Flux<RecordBatch> flights = Flux.defer(() -> Flux.just(Columns.batch(
                Columns.string(allocator, "carrier", "AA", "AA"), Columns.int64(allocator, "delay", 10L, 20L))));
        Udf aboveMean = Udf.groupedMap("flights:above_mean").groupBy("carrier");
        assertRows(List.of("AA", 10L, -5.0), flights.transform(python.evaluate(aboveMean)));
        BatchTransform aggregates = python.evaluate(
                Udf.groupedAggregate("flights:mean_delay").on("delay").groupBy("carrier"),
                Udf.groupedAggregate("flights:worst").on("delay").groupBy("carrier"));
        assertRows(List.of("AA", 15.0, 20L), flights.transform(aggregates));
        Udf moving = Udf.windowAggregate("flights:mean_delay", RowFrame.sliding(-1, 0))
                .on("delay")
                .groupBy("carrier");
        assertRows(List.of(10.0), flights.transform(python.evaluate(moving)));
    }

    @Test
    void twoInputsRun(@TempDir Path modules) throws IOException {
        Files.writeString(modules.resolve("flights.py"), String.join("\n", snippets(KINDS, "python")));
        PythonRuntime python = python(builder().modules(modules));
        Flux<RecordBatch> flights = Flux.defer(() -> Flux.just(hours(5, 6, 6)));
        Flux<RecordBatch> weather = Flux.defer(() -> Flux.just(Columns.batch(
                Columns.string(allocator, "origin", "JFK"),
                Columns.int64(allocator, "day", 1L),
                Columns.int64(allocator, "hour", 6L),
                Columns.float64(allocator, "wind", 11.0))));
        Udf windy = Udf.cogroupedMap("flights:windy").groupBy("origin", "day");
        assertRows(
                List.of("JFK", 1L, 3L, 2L),
                flights.transform(python.evaluate(windy).right(weather)));
    }

    @Test
    void pySparksFunctionRuns(@TempDir Path modules) throws IOException {
        String imports = "import pandas as pd\nfrom reactor_udf import udf\n";
        Files.writeString(
                modules.resolve("means.py"),
                imports + snippets(PYSPARK, "python").get(0));
        PythonRuntime python = python(builder().modules(modules));
        Flux<RecordBatch> batches = Flux.defer(() -> Flux.just(
                Columns.batch(Columns.int64(allocator, "id", 1L, 1L), Columns.float64(allocator, "v", 1.0, 2.0))));
        assertRows(
                List.of(1L, 1.5),
                batches.transform(python.evaluate(Udf.of("means:mean_udf").groupBy("id"))));
        assertRows(
                List.of(1.0),
                batches.transform(python.evaluate(Udf.windowAggregate("means:mean_udf", RowFrame.sliding(-1, 0))
                        .groupBy("id")
                        .as("mean_v"))));
    }

    @Test
    void snippetsAreTheOnesCompiledHere() throws IOException {
        String here = withoutSpaces(Files.readString(Path.of("java/io/github/reactorudf/KindsPageTest.java")));
        List<String> snippets = Stream.of(KINDS, PYSPARK)
                .flatMap(page -> snippets(page, "java").stream())
                .flatMap(
                        snippet -> Stream.of(snippet.replaceAll("//[^\\n]*", "").split(";")))
                .map(KindsPageTest::withoutSpaces)
                .filter(statement -> !statement.isEmpty())
                .toList();
        assertEquals(13, snippets.size());
        snippets.forEach(statement -> assertTrue(here.contains(statement), statement));
    }

    private RecordBatch hours(long... hours) {
        return Columns.batch(
                Columns.string(allocator, "origin", "JFK", "JFK", "JFK"),
                Columns.int64(allocator, "day", 1L, 1L, 1L),
                Columns.int64(allocator, "hour", LongStream.of(hours).boxed().toArray(Long[]::new)));
    }

    /** The first row's last columns are these. */
    private static void assertRows(List<Object> expected, Flux<RecordBatch> batches) {
        List<Object> row = Results.rows(batches).get(0);
        assertEquals(expected, row.subList(row.size() - expected.size(), row.size()));
    }

    private static List<String> snippets(Path page, String language) {
        try {
            return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(page))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutSpaces(String text) {
        return text.replaceAll("\\s", "");
    }
}
