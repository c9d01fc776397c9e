package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The snippets of {@code docs/row-errors.md} are what is compiled and run here. */
class RowErrorsPageTest extends PythonTest {

    private static final Path PAGE = Path.of("../../docs/row-errors.md");

    @Test
    void snippetsRun(@TempDir Path modules) throws IOException {
        Files.writeString(modules.resolve("shop.py"), find(PAGE, "```python\n(.*?)```"));
        Flux<RecordBatch> prices =
                Flux.defer(() -> Flux.just(Columns.batch(Columns.string(allocator, "price", "$1.50", "free", null))));
        List<String> log = new ArrayList<>();
        List<Object> dollars = Results.values(priced(python(builder().modules(modules)), prices, log::add), "dollars");
        assertEquals(2, dollars.size());
        assertEquals(1.5, dollars.get(0));
        assertEquals(List.of("RowError[ValueError in shop:dollars, batch 0, row 1]: free"), log);
    }

    @Test
    void javaSnippetIsTheOneCompiledHere() throws IOException {
        Path here = Path.of("java/io/github/reactorudf/RowErrorsPageTest.java");
        String between = find(here, " *// tag::deadletter\\[\\]\n(.*?) *// end::deadletter\\[\\]");
        assertEquals(between.stripTrailing().stripIndent() + "\n", find(PAGE, "```java\n(.*?)```"));
    }

    private static Flux<RecordBatch> priced(PythonRuntime python, Flux<RecordBatch> prices, Consumer<String> log) {
        // tag::deadletter[]
        Sinks.Many<RowError> rejected = Sinks.many().unicast().onBackpressureBuffer();
        rejected.asFlux().subscribe(error -> {
            try (error) {
                log.accept(error + ": " + error.row().column("price").getObject(0));
            }
        });
        Udf dollars = Udf.of("shop:dollars").on("price");
        Flux<RecordBatch> priced =
                prices.transform(python.evaluate(dollars).onRowError(RowErrors.deadLetter(rejected)));
        // end::deadletter[]
        return priced;
    }

    private static String find(Path file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(file));
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }
}
