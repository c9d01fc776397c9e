package io.github.reactorudf.samples.runner;

import io.github.reactorudf.BatchTransform;
import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.PythonRuntime;
import io.github.reactorudf.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One run: a file through a function into a file. */
final class Job {

    private final UdfFile function;
    private final PythonEnvironment environment;
    private final Path input;
    private final FileFormat inputFormat;
    private final Path output;
    private final FileFormat outputFormat;
    private final int batchRows;
    private final int window;
    private final Sinks.Empty<Void> cancelled = Sinks.empty();

    Job(
            UdfFile function,
            PythonEnvironment environment,
            Path input,
            FileFormat inputFormat,
            Path output,
            FileFormat outputFormat,
            int batchRows,
            int window) {
        this.function = function;
        this.environment = environment;
        this.input = input;
        this.inputFormat = inputFormat;
        this.output = output;
        this.outputFormat = outputFormat;
        this.batchRows = batchRows;
        this.window = window;
    }

    /** Runs to the end. Whatever it throws, no output file, no temporary file and no process is left. */
    void run() throws IOException, SQLException {
        long start = System.nanoTime();
        long rows;
        try (TemporaryOutput result = new TemporaryOutput(output)) {
            try (PythonRuntime python = PythonRuntime.builder()
                    .environment(environment)
                    .modules(function.directory())
                    .workers(1)
                    .build()) {
                rows = evaluate(python, result.file());
            }
            result.keep();
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(Locale.ROOT, "%,d rows written to %s in %.1f s%n", rows, output, elapsed.toMillis() / 1000.0);
    }

    /** Makes {@link #run()} fail soon, from another thread. */
    void cancel() {
        cancelled.tryEmitError(new CancellationException("cancelled"));
    }

    private long evaluate(PythonRuntime python, Path result) throws IOException, SQLException {
        Source source = source(python.allocator());
        Schema schema = untilCancelled(python.resultSchema(function.udf(), source.schema()));
        BatchTransform transform =
                python.evaluate(function.udf()).inputSchema(source.schema()).window(window);
        try (Progress progress = new Progress(source.rows())) {
            Flux<RecordBatch> batches = source.batches()
                    .doOnNext(batch -> progress.add(batch.rowCount()))
                    .transform(transform)
                    .takeUntilOther(cancelled.asMono());
            return sink(source, schema, python.allocator()).write(batches, schema, result);
        }
    }

    private Schema untilCancelled(Mono<Schema> schema) {
        return schema.takeUntilOther(cancelled.asMono()).blockOptional().orElseThrow();
    }

    private Source source(BufferAllocator allocator) throws IOException, SQLException {
        return switch (inputFormat) {
            case PARQUET -> new ParquetSource(input, batchRows, allocator);
            case ARROW -> new ArrowFileSource(input, batchRows, allocator);
        };
    }

    private Sink sink(Source source, Schema result, BufferAllocator allocator) {
        List<Field> fields = source.schema().getFields();
        boolean extendsInput = result.getFields().size() > fields.size()
                && result.getFields().subList(0, fields.size()).equals(fields);
        return switch (outputFormat) {
            case PARQUET -> new ParquetSink(extendsInput ? source.declared() : new Schema(List.of()), allocator);
            case ARROW -> new ArrowFileSink();
        };
    }
}
