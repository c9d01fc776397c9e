package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Functions whose code is on the class path, or is given as text. */
class SourcesTest extends PythonTest {

    private static final String CODE = """
            import pyarrow as pa
            import pyarrow.compute as pc
            from collections.abc import Iterator
            from reactor_udf import udf

            @udf(returns="int64")
            def score(x: pa.Array, factor: int = 2) -> pa.Array:
                return pc.multiply(x, factor)

            @udf(returns="n: int64")
            def counted(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
                for batch in batches:
                    yield pa.record_batch([pa.array([batch.num_rows])], names=["n"])

            @udf(returns="int64")
            def failing(x: pa.Array) -> pa.Array:
                raise ValueError("no score")  # for a test
            """;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path directory;

    @AfterEach
    void restoreTheContextClassLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void aJarCarriesItsFunctions() throws IOException {
        Udf score = Udf.scalar("classpath:udfs/score.py:score").with("factor", 3);
        BatchTransform transform = python().evaluate(score);
        try (URLClassLoader jar = jar("udfs/score.py", CODE.getBytes(StandardCharsets.UTF_8))) {
            Thread.currentThread().setContextClassLoader(jar);
            assertEquals(List.of(0L, 3L, 6L), Results.values(ranges().transform(transform), "score"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classpath:udfs/resource.py:plus_one", "classpath:/udfs/resource.py:plus_one"})
    void aResourceOfTheLibrarysClassLoaderIsFoundWithoutAContextClassLoader(String function) {
        Thread.currentThread().setContextClassLoader(null);
        assertEquals(
                List.of(1L, 2L, 3L),
                Results.values(ranges().transform(python().evaluate(Udf.of(function))), "plus_one"));
    }

    @Test
    void aThreadThatMayNotBlockCanSubscribe() {
        Flux<RecordBatch> evaluated =
                ranges().transform(python().evaluate(Udf.of("classpath:udfs/resource.py:plus_one")));
        assertEquals(List.of(1L, 2L, 3L), Results.values(evaluated.subscribeOn(Schedulers.parallel()), "plus_one"));
    }

    @Test
    void aResourceThatIsNotThereIsAnErrorThatNamesIt() {
        UdfException error = refused(Udf.of("classpath:udfs/gone.py:score"));
        Results.assertSays(error, "no resource udfs/gone.py on the class path", "classpath:udfs/gone.py:score");
        Throwable asked = assertThrows(UdfException.class, () -> python().resultSchema(
                        Udf.of("classpath:udfs/gone.py:score"), Batches.RANGE_SCHEMA)
                .block(Results.LIMIT));
        Results.assertSays(asked, "udfs/gone.py");
    }

    @Test
    void aResourceThatIsNoTextIsAnError() throws IOException {
        try (URLClassLoader jar = jar("udfs/score.py", new byte[] {'#', (byte) 0xff})) {
            Thread.currentThread().setContextClassLoader(jar);
            Results.assertSays(
                    refused(Udf.of("classpath:udfs/score.py:score")), "udfs/score.py", "not Python", "UTF-8");
        }
    }

    @Test
    void theCodeMayBeGivenAsText() {
        Udf score = Udf.scalar("scores:score").source(CODE);
        Udf counted = Udf.map("scores:counted").source(CODE);
        assertEquals(List.of(0L, 2L, 4L), Results.values(ranges().transform(python().evaluate(score)), "score"));
        assertEquals(List.of(3L), Results.values(ranges().transform(python().evaluate(counted)), "n"));
        Schema schema = python().resultSchema(counted, Batches.RANGE_SCHEMA).block(Results.LIMIT);
        assertEquals(
                List.of("n"),
                schema == null
                        ? null
                        : schema.getFields().stream().map(Field::getName).toList());
    }

    @Test
    void aTracebackShowsTheLinesOfAText() {
        PythonException error = Results.failure(
                PythonException.class,
                ranges().transform(python().evaluate(Udf.of("scores:failing").source(CODE))));
        assertEquals("ValueError", error.pythonType());
        assertTrue(error.pythonTraceback().contains("raise ValueError(\"no score\")  # for a test"));
    }

    @Test
    void textsOfOneNameAreModulesOfTheirOwn() {
        Udf first = Udf.of("scores:score").source(CODE).as("first");
        Udf second = Udf.of("scores:score").source(CODE.replace("factor: int = 2", "factor: int = 5"));
        List<Long> sums = ranges().transform(python().evaluate(first, second.as("second")))
                .map(RecordBatches.<Long>closing(
                        batch -> (Long) Batches.values(batch, "first").get(1)
                                + (Long) Batches.values(batch, "second").get(1)))
                .collectList()
                .block(Results.LIMIT);
        assertEquals(List.of(7L), sums);
    }

    @Test
    void moreTextThanAFrameHoldsIsAnErrorAndTheWorkerGoesOn() {
        Udf large = Udf.of("scores:score").source(CODE + "#".repeat(16 << 20));
        Results.assertSays(refused(large), "sources, constants and result types", "16777216");
        Udf small = Udf.of("scores:score").source(CODE);
        assertEquals(List.of(0L, 2L, 4L), Results.values(ranges().transform(python().evaluate(small)), "score"));
    }

    @Test
    void aFunctionIsOfTheClassPathOrOfAText() {
        assertThrows(IllegalArgumentException.class, () -> Udf.of("classpath:score"));
        Udf resource = Udf.of("classpath:udfs/score.py:score");
        assertThrows(IllegalArgumentException.class, () -> resource.source(CODE));
    }

    private URLClassLoader jar(String name, byte[] content) throws IOException {
        Path jar = directory.resolve("udfs.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry(name));
            out.write(content);
        }
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
    }

    private UdfException refused(Udf udf) {
        return Results.failure(UdfException.class, ranges().transform(python().evaluate(udf)));
    }

    private Flux<RecordBatch> ranges() {
        return Batches.ranges(allocator, 1, 3);
    }
}
