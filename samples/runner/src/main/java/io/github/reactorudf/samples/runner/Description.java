package io.github.reactorudf.samples.runner;

import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.PythonRuntime;
import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import io.github.reactorudf.Udf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * What a Python file says of one of its functions.
 *
 * @param problem why it can't be evaluated, or null if it can
 */
record Description(
        String module,
        String function,
        @Nullable String kind,
        @Nullable String arguments,
        @Nullable String constants,
        @Nullable String result,
        @Nullable String doc,
        @Nullable String problem) {

    private static final Udf FUNCTIONS = Udf.map("reactor_udf.describe:functions");

    /** Imports {@code files} and describes their functions, in their order; blocks. */
    static List<Description> of(List<Path> files, PythonEnvironment environment) {
        List<CodeFile> code = files.stream().map(CodeFile::of).toList();
        Path[] directories = code.stream()
                .flatMap(file -> file.directories().stream())
                .distinct()
                .toArray(Path[]::new);
        try (PythonRuntime python = PythonRuntime.builder()
                .environment(environment)
                .modules(directories)
                .workers(1)
                .build()) {
            return Flux.defer(() -> Flux.just(names(code, python.allocator())))
                    .transform(python.evaluate(FUNCTIONS))
                    .concatMapIterable(RecordBatches.closing(Description::read))
                    .collectList()
                    .blockOptional()
                    .orElseThrow();
        }
    }

    private static RecordBatch names(List<CodeFile> files, BufferAllocator allocator) {
        try (VarCharVector names = new VarCharVector("module", allocator);
                VectorSchemaRoot root = VectorSchemaRoot.of(names)) {
            for (int i = 0; i < files.size(); i++) {
                names.setSafe(i, files.get(i).module().getBytes(StandardCharsets.UTF_8));
            }
            root.setRowCount(files.size());
            return RecordBatches.from(root);
        }
    }

    private static List<Description> read(RecordBatch batch) {
        List<Description> rows = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            rows.add(new Description(
                    Objects.requireNonNull(text(batch, "module", row)),
                    Objects.requireNonNull(text(batch, "function", row)),
                    text(batch, "kind", row),
                    text(batch, "arguments", row),
                    text(batch, "constants", row),
                    text(batch, "result", row),
                    text(batch, "doc", row),
                    text(batch, "problem", row)));
        }
        return rows;
    }

    private static @Nullable String text(RecordBatch batch, String column, int row) {
        for (FieldVector vector : batch.columns()) {
            if (vector.getName().equals(column)) {
                Object value = vector.getObject(row);
                return value == null ? null : value.toString();
            }
        }
        throw new IllegalStateException("reactor_udf.describe gives no column " + column);
    }
}
