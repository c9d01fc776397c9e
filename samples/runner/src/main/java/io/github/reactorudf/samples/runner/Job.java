package io.github.reactorudf.samples.runner;

import io.github.reactorudf.BatchTransform;
import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.PythonRuntime;
import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.Udf;
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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One run: a file through functions into a file. */
final class Job {

    private final List<UdfFile> functions;
    private final PythonEnvironment environment;
    private final InputFile input;
    private final @Nullable InputFile right;
    private final Path output;
    private final FileFormat outputFormat;
    private final int batchRows;
    private final int window;
    private final Sinks.Empty<Void> cancelled = Sinks.empty();

    Job(
            List<UdfFile> functions,
            PythonEnvironment environment,
            InputFile input,
            @Nullable InputFile right,
            Path output,
            FileFormat outputFormat,
            int batchRows,
            int window) {
        this.functions = functions;
        this.environment = environment;
        this.input = input;
        this.right = right;
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
                    .modules(functions.stream()
                            .flatMap(function -> function.directories().stream())
                            .distinct()
                            .toArray(Path[]::new))
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
        Source source = input.open(batchRows, python.allocator());
        Udf[] udfs = functions.stream().map(UdfFile::udf).toArray(Udf[]::new);
        BatchTransform transform =
                python.evaluate(udfs).inputSchema(source.schema()).window(window);
        Mono<Schema> prepared;
        if (right == null) {
            prepared = python.evaluate(udfs).resultSchema(source.schema());
        } else {
            Source second = right.open(batchRows, python.allocator());
            transform = transform.right(second.batches(), second.schema());
            prepared = python.resultSchema(udfs[0], source.schema(), second.schema());
        }
        Schema schema = untilCancelled(prepared);
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

    private Sink sink(Source source, Schema result, BufferAllocator allocator) {
        List<Field> fields = source.schema().getFields();
        boolean extendsInput = result.getFields().size() > fields.size()
                && result.getFields().subList(0, fields.size()).equals(fields);
        return switch (outputFormat) {
            case PARQUET -> DuckDbSink.parquet(extendsInput ? source.declared() : new Schema(List.of()), allocator);
            case ARROW -> new ArrowFileSink();
            case CSV -> DuckDbSink.csv(output, ",", allocator);
            case TSV -> DuckDbSink.csv(output, "\t", allocator);
        };
    }
}
