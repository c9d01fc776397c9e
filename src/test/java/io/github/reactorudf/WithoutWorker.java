package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** What pandas gives for a whole stream, in a process that has no worker. */
final class WithoutWorker {

    private WithoutWorker() {}

    /** The rows that a function from data frames to data frames gives. */
    static List<List<Object>> rows(BufferAllocator allocator, Flux<RecordBatch> batches, String function) {
        return rows(allocator, batches, function, "{}");
    }

    /** @param constants the function's keyword arguments, in JSON */
    static List<List<Object>> rows(
            BufferAllocator allocator, Flux<RecordBatch> batches, String function, String constants) {
        try {
            Path given = Files.createTempFile("given", ".arrow");
            Path result = Files.createTempFile("result", ".arrow");
            try {
                Schema schema = Objects.requireNonNull(
                        batches.map(RecordBatches.closing(RecordBatch::schema)).blockFirst(Results.LIMIT));
                RecordBatches.writeFile(batches, schema, given).block(Results.LIMIT);
                Process process = new ProcessBuilder(
                                PythonTest.VENV.resolve("bin/python").toString(),
                                PythonTest.MODULES.resolve("without_worker.py").toString(),
                                function,
                                given.toString(),
                                result.toString(),
                                constants)
                        .inheritIO()
                        .start();
                assertEquals(0, process.waitFor(), function);
                return Results.rows(RecordBatches.readFile(result, allocator));
            } finally {
                Files.delete(given);
                Files.delete(result);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
