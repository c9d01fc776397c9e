package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The README's snippets are what is compiled and run here, and its commands are two. */
class ReadmeTest {

    private static final Path ROOT = Path.of("../..");

    @Test
    void javaSnippetIsTheOneCompiledHere() throws IOException {
        String source = Files.readString(Path.of("java/io/github/reactorudf/ReadmeTest.java"));
        String between = find(source, " *// tag::quickstart\\[\\]\n(.*?) *// end::quickstart\\[\\]");
        assertEquals(between.stripTrailing().stripIndent() + "\n", block("java"));
        assertEquals(12, block("java").lines().count());
    }

    @Test
    void snippetsRun(@TempDir Path directory) throws IOException {
        Path udfs = Files.createDirectory(directory.resolve("udfs"));
        Files.writeString(udfs.resolve("scores.py"), block("python"), StandardCharsets.UTF_8);
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            quickstart(udfs, flights(directory.resolve("flights.arrow")));
        } finally {
            System.setOut(before);
        }
        String output = said.toString(StandardCharsets.UTF_8);
        assertTrue(output.startsWith("2 rows with Schema<dep_delay"), output);
        assertTrue(output.contains("risk"), output);
    }

    @Test
    void quickStartIsTwoCommands() throws IOException {
        String section = find(readme(), "## Quick start\n(.*?)\n## ");
        List<String> commands = Pattern.compile("```shell\n(.*?)\n```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(result -> result.group(1))
                .toList();
        assertEquals(
                List.of("mvn -q -DskipTests package && java -jar samples/flights/target/flights.jar", "mvn verify"),
                commands);
    }

    private static void quickstart(Path udfs, Path file) {
        // tag::quickstart[]
        try (PythonRuntime python = PythonRuntime.builder()
                .environment(PythonEnvironment.managed("pyarrow", "pandas"))
                .modules(udfs)
                .build()) {
            Udf risk = Udf.of("scores:risk").on("dep_delay", "distance").with("limit", 0.8);
            Flux<RecordBatch> flights = RecordBatches.readFile(file, python.allocator());

            flights.transform(python.evaluate(risk))
                    .map(RecordBatches.closing(batch -> batch.rowCount() + " rows with " + batch.schema()))
                    .doOnNext(System.out::println)
                    .blockLast();
        }
        // end::quickstart[]
    }

    private static Path flights(Path file) {
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
                Float8Vector delay = new Float8Vector("dep_delay", allocator);
                Float8Vector distance = new Float8Vector("distance", allocator)) {
            for (int row = 0; row < 2; row++) {
                delay.setSafe(row, 30.0 * row);
                distance.setSafe(row, 100.0);
            }
            VectorSchemaRoot root = VectorSchemaRoot.of(delay, distance);
            root.setRowCount(2);
            RecordBatches.writeFile(Flux.just(RecordBatches.from(root)), root.getSchema(), file)
                    .block();
        }
        return file;
    }

    private static String block(String language) throws IOException {
        return find(readme(), "```" + language + "\n(.*?)```");
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }
}
