package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The examples of PySpark's documentation, with the decorator changed, give what they give in PySpark: the same
 * functions over the same data with the same libraries, once in each.
 */
@Tag("full")
class SparkExamplesTest extends PythonTest {

    private static final PythonEnvironment PYSPARK =
            PythonEnvironment.managed("pyspark==4.3.0", "pandas==2.3.3", "pyarrow==26.0.1", "numpy==2.4.6");

    @TempDir
    private static Path results;

    @BeforeAll
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    static void evaluateInPySpark() throws IOException, InterruptedException {
        Path interpreter = PYSPARK.interpreter(Schedulers.boundedElastic()).block();
        PySpark.run(interpreter, SparkExample.MODULES.resolve("in_pyspark.py"), results);
    }

    @Test
    void areListed() throws IOException {
        try (Stream<Path> run = Files.list(results)) {
            Set<String> names = run.filter(file -> Files.exists(file.resolve("result.arrow")))
                    .map(directory -> directory.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> listed =
                    SparkExample.all().stream().map(SparkExample::name).collect(Collectors.toCollection(TreeSet::new));
            assertEquals(listed, names);
        }
    }

    @TestFactory
    Stream<DynamicTest> giveWhatPySparkGives() throws IOException {
        PythonRuntime python = python(builder().environment(PYSPARK).modules(SparkExample.MODULES));
        return SparkExample.all().stream()
                .map(example -> DynamicTest.dynamicTest(example.name(), () -> assertAgrees(python, example)));
    }

    private void assertAgrees(PythonRuntime python, SparkExample example) {
        BatchTransform evaluate = python.evaluate(example.udf());
        if (Files.exists(file(example, "right"))) {
            evaluate = evaluate.right(read(example, "right"));
        }
        List<String> given = Rows.of(read(example, "left").transform(evaluate), example.isOrdered());
        List<String> expected = Rows.of(read(example, "result"), example.isOrdered());
        assertTrue(expected.size() > 1, "an example without a row");
        assertEquals(String.join("\n", expected), String.join("\n", given));
    }

    private Flux<RecordBatch> read(SparkExample example, String what) {
        return RecordBatches.readFile(file(example, what), allocator);
    }

    private static Path file(SparkExample example, String what) {
        return results.resolve(example.name()).resolve(what + ".arrow");
    }
}
