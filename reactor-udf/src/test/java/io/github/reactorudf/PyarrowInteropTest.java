package io.github.reactorudf;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.reactorudf.arrow.ArrowData;
import io.github.reactorudf.arrow.TestAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Files go to pyarrow and come from it. Skipped where the tests' virtual environment has not been made. */
@ExtendWith(TestAllocator.class)
class PyarrowInteropTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Path PYTHON = Path.of(System.getProperty("reactorudf.tests.venv", "none"), "bin", "python");

    @TempDir
    @Nullable
    Path dir;

    @BeforeAll
    static void pythonIsThere() {
        assumeTrue(Files.isExecutable(PYTHON), () -> "no " + PYTHON);
    }

    @Test
    void pyarrowReadsWhatWasWritten(BufferAllocator allocator) throws Exception {
        Path file = requireNonNull(dir).resolve("java.arrow");
        Flux<RecordBatch> batches = Flux.range(0, 2).map(i -> {
            try (RecordBatch words = TestBatches.words(allocator, "w", 3, "x", "y");
                    RecordBatch plain = TestBatches.of(
                            ArrowData.ints(allocator, "i", i, null), ArrowData.strings(allocator, "s", null, "b"))) {
                return plain.join(words);
            }
        });
        Schema schema = requireNonNull(
                batches.take(1).map(RecordBatches.closing(RecordBatch::schema)).blockLast(LIMIT));
        RecordBatches.writeFile(batches, schema, file).block(LIMIT);
        String seen = python("""
                import pyarrow as pa, sys
                table = pa.ipc.open_file(sys.argv[1]).read_all()
                table.validate(full=True)
                print(table.schema.field("w").type, table.to_pydict())
                """, file);
        assertEquals(
                "dictionary<values=string, indices=int32, ordered=0> {'i': [0, None, 1, None], 's': [None, 'b', None, 'b'],"
                        + " 'w': ['x', 'y', 'x', 'y']}",
                seen);
    }

    @Test
    void pyarrowReadsZeroRows(BufferAllocator allocator) throws Exception {
        Path file = requireNonNull(dir).resolve("empty.arrow");
        Flux<RecordBatch> batches = Flux.defer(() -> Flux.just(TestBatches.of(
                ArrowData.ints(allocator, "i"), ArrowData.strings(allocator, "s"), ListVector.empty("l", allocator))));
        Schema schema = requireNonNull(
                batches.map(RecordBatches.closing(RecordBatch::schema)).blockLast(LIMIT));
        RecordBatches.writeFile(batches, schema, file).block(LIMIT);
        String seen = python("""
                import pyarrow as pa, sys
                batch = pa.ipc.open_file(sys.argv[1]).get_batch(0)
                batch.validate(full=True)
                print(batch.num_rows, batch.schema.names)
                """, file);
        assertEquals("0 ['i', 's', 'l']", seen);
    }

    @Test
    void whatPyarrowWroteIsRead(BufferAllocator allocator) throws Exception {
        Path file = requireNonNull(dir).resolve("python.arrow");
        python("""
                import pyarrow as pa, sys
                batch = pa.record_batch({
                    "i": pa.array([1, None, 3], pa.int64()),
                    "s": ["a", None, ""],
                    "l": [[1, 2], None, []],
                    "w": pa.array(["x", "y", "x"]).dictionary_encode(),
                    "n": pa.nulls(3),
                    "lw": pa.array([["x"], [], None], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
                    "st": pa.array([{"a": 1}, None, {"a": None}]),
                    "v": pa.array(["short", "longer than twelve bytes", None], pa.string_view()),
                    "d": pa.array([None, None, None], pa.decimal128(10, 2)),
                })
                with pa.ipc.new_file(sys.argv[1], batch.schema) as writer:
                    writer.write(batch)
                    writer.write(batch.slice(1, 1))
                    writer.write(batch.slice(0, 0))
                """, file);
        List<RecordBatch> batches = requireNonNull(
                RecordBatches.readFile(file, allocator).collectList().block(LIMIT));
        try (RecordBatch whole = batches.get(0);
                RecordBatch slice = batches.get(1);
                RecordBatch none = batches.get(2)) {
            assertEquals(Arrays.asList(1L, null, 3L), TestBatches.values(whole, "i"));
            assertEquals(Arrays.asList("a", null, ""), TestBatches.values(whole, "s"));
            assertEquals(Arrays.asList("[1,2]", null, "[]"), TestBatches.values(whole, "l"));
            assertEquals(List.of("x", "y", "x"), TestBatches.words(whole, "w"));
            assertEquals(Arrays.asList("short", "longer than twelve bytes", null), TestBatches.values(whole, "v"));
            assertEquals(List.of("y"), TestBatches.words(slice, "w"));
            assertEquals(0, none.rowCount());
        }
    }

    @Test
    void compressedFilesAreRefusedByName(BufferAllocator allocator) throws Exception {
        Path file = requireNonNull(dir).resolve("lz4.arrow");
        python("""
                import pyarrow as pa, sys
                batch = pa.record_batch({"i": list(range(10000))})
                options = pa.ipc.IpcWriteOptions(compression="lz4")
                with pa.ipc.new_file(sys.argv[1], batch.schema, options=options) as writer:
                    writer.write(batch)
                """, file);
        reactor.test.StepVerifier.create(RecordBatches.readFile(file, allocator))
                .verifyErrorMessage("Cannot read " + file + ": A compressed body; write it without compression");
    }

    private static String python(String code, Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(PYTHON.toString(), "-I", "-c", code, file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertTrue(process.waitFor() == 0, output);
        return output;
    }
}
