package io.github.reactorudf;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowData;
import io.github.reactorudf.arrow.TestAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

@ExtendWith(TestAllocator.class)
class RecordBatchesFileTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Schema INTS = new Schema(List.of(Field.nullable("i", new ArrowType.Int(32, true))));

    @TempDir
    @Nullable
    Path dir;

    private Path file() {
        return requireNonNull(dir).resolve("batches.arrow");
    }

    @Test
    void aFileReadsAsItWasWritten(BufferAllocator allocator) {
        RecordBatches.writeFile(ints(allocator, 3), INTS, file()).block(LIMIT);
        assertEquals(INTS, RecordBatches.schemaOfFile(file()));
        for (int subscription = 0; subscription < 2; subscription++) {
            assertEquals(
                    List.of(Arrays.asList(0, null), Arrays.asList(1, null), Arrays.asList(2, null)),
                    contents(RecordBatches.readFile(file(), allocator), "i"));
        }
    }

    @Test
    void aStreamReadsAsItWasWritten(BufferAllocator allocator) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordBatches.writeStream(ints(allocator, 2), INTS, out).block(LIMIT);
        Flux<RecordBatch> read = RecordBatches.readStream(() -> new ByteArrayInputStream(out.toByteArray()), allocator);
        assertEquals(List.of(Arrays.asList(0, null), Arrays.asList(1, null)), contents(read, "i"));
    }

    @Test
    void nothingWrittenIsAFileWithASchema(BufferAllocator allocator) {
        RecordBatches.writeFile(Flux.empty(), INTS, file()).block(LIMIT);
        assertEquals(INTS, RecordBatches.schemaOfFile(file()));
        assertEquals(List.of(), contents(RecordBatches.readFile(file(), allocator), "i"));
    }

    @Test
    void aFileKeepsDictionariesThatStayEqual(BufferAllocator allocator) {
        Schema schema = schemaOfWords(allocator);
        Flux<RecordBatch> words = Flux.range(0, 2).map(i -> TestBatches.words(allocator, "w", 3, "a", "b"));
        RecordBatches.writeFile(words, schema, file()).block(LIMIT);
        Field read = RecordBatches.schemaOfFile(file()).getFields().get(0);
        assertEquals(ArrowType.Utf8.INSTANCE, read.getType());
        assertEquals(List.of(List.of("a", "b"), List.of("a", "b")), words(RecordBatches.readFile(file(), allocator)));
    }

    @Test
    void aFileRefusesADictionaryThatChanges(BufferAllocator allocator) {
        Schema schema = schemaOfWords(allocator);
        Flux<RecordBatch> words = Flux.just("a", "b", "c").map(word -> TestBatches.words(allocator, "w", 3, word));
        StepVerifier.create(RecordBatches.writeFile(words, schema, file()))
                .verifyErrorSatisfies(e -> assertMessage(e, "Dictionary 3 changed its values"));
        assertNothingLeft();
    }

    @Test
    void aStreamReplacesDictionaries(BufferAllocator allocator) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Schema schema = schemaOfWords(allocator);
        Flux<RecordBatch> words = Flux.just("a", "b", "c").map(word -> TestBatches.words(allocator, "w", 3, word));
        RecordBatches.writeStream(words, schema, out).block(LIMIT);
        Flux<RecordBatch> read = RecordBatches.readStream(() -> new ByteArrayInputStream(out.toByteArray()), allocator);
        assertEquals(List.of(List.of("a"), List.of("b"), List.of("c")), words(read));
    }

    @Test
    void anotherSchemaMidStreamIsRefused(BufferAllocator allocator) {
        Flux<RecordBatch> mixed = Flux.concat(
                ints(allocator, 1), Mono.fromCallable(() -> TestBatches.of(ArrowData.strings(allocator, "i", "a"))));
        StepVerifier.create(RecordBatches.writeFile(mixed, INTS, file()))
                .verifyErrorSatisfies(e -> assertMessage(e, "The schema changed"));
        assertNothingLeft();
    }

    @Test
    void aFailedWriteLeavesNoFileAndPassesTheErrorOn(BufferAllocator allocator) {
        Flux<RecordBatch> failing = ints(allocator, 2).concatWith(Flux.error(new IllegalStateException("upstream")));
        StepVerifier.create(RecordBatches.writeFile(failing, INTS, file()))
                .verifyErrorSatisfies(e -> assertEquals("upstream", e.getMessage()));
        assertNothingLeft();
    }

    @Test
    void aCancelledWriteLeavesNoFileAndWhatWasThereStays(BufferAllocator allocator) throws IOException {
        Files.writeString(file(), "before");
        TestPublisher<RecordBatch> upstream = TestPublisher.create();
        StepVerifier.create(RecordBatches.writeFile(upstream.flux(), INTS, file()))
                .then(() -> awaitRequest(upstream))
                .then(() -> upstream.next(TestBatches.ints(allocator, 1)))
                .then(() -> awaitRequest(upstream))
                .thenCancel()
                .verify(LIMIT);
        upstream.assertCancelled();
        assertEquals("before", Files.readString(file()));
        awaitFiles(1);
    }

    @Test
    void whatComesAfterTheCancelIsClosed(BufferAllocator allocator) {
        AtomicReference<@Nullable Subscriber<? super RecordBatch>> downstream = new AtomicReference<>();
        Flux<RecordBatch> unheeding = Flux.from(subscriber -> {
            subscriber.onSubscribe(Operators.emptySubscription());
            downstream.set(subscriber);
        });
        StepVerifier.create(RecordBatches.writeFile(unheeding, INTS, file()))
                .then(() -> await(() -> downstream.get() != null))
                .thenCancel()
                .verify(LIMIT);
        requireNonNull(downstream.get()).onNext(TestBatches.ints(allocator, 2));
        await(() -> allocator.getAllocatedMemory() == 0);
        assertNothingLeft();
    }

    @Test
    void batchesAreRequestedOneByOne(BufferAllocator allocator) {
        List<Long> requests = new CopyOnWriteArrayList<>();
        RecordBatches.writeFile(ints(allocator, 3).doOnRequest(requests::add), INTS, file())
                .block(LIMIT);
        assertEquals(Set.of(1L), Set.copyOf(requests));
    }

    @Test
    void aDirectoryThatIsMissingIsNamed() {
        Path missing = file().resolveSibling("nowhere").resolve("x.arrow");
        StepVerifier.create(RecordBatches.writeFile(Flux.empty(), INTS, missing))
                .verifyErrorSatisfies(e -> assertMessage(e, "Cannot write " + missing));
    }

    @Test
    void whatIsNotAnArrowFileIsNamed(BufferAllocator allocator) throws IOException {
        assertUnreadable(allocator, "does not exist", null);
        assertUnreadable(allocator, "not begin with ARROW1", new byte[0]);
        assertUnreadable(allocator, "not begin with ARROW1", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
        RecordBatches.writeFile(ints(allocator, 3), INTS, file()).block(LIMIT);
        byte[] whole = Files.readAllBytes(file());
        for (int length : new int[] {6, 8, 20, whole.length / 2, whole.length - 1}) {
            assertUnreadable(allocator, length < 8 ? "not begin" : "truncated", Arrays.copyOf(whole, length));
        }
    }

    @Test
    void spoiledFilesAreErrorsAndLeakNothing(BufferAllocator allocator) throws IOException {
        RecordBatches.writeFile(ints(allocator, 2), INTS, file()).block(LIMIT);
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] spoiled = whole.clone();
            spoiled[i] ^= (byte) 0x80;
            Files.write(file(), spoiled);
            // Read, or refused; never anything but that, and the allocator is empty afterwards.
            RecordBatches.readFile(file(), allocator)
                    .doOnNext(RecordBatch::close)
                    .then()
                    .onErrorResume(UdfException.class, e -> Mono.empty())
                    .block(LIMIT);
        }
    }

    @Test
    void aTruncatedStreamIsAnError(BufferAllocator allocator) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordBatches.writeStream(ints(allocator, 1), INTS, out).block(LIMIT);
        byte[] whole = out.toByteArray();
        byte[] truncated = Arrays.copyOf(whole, whole.length - 12);
        StepVerifier.create(RecordBatches.readStream(() -> new ByteArrayInputStream(truncated), allocator)
                        .doOnNext(RecordBatch::close)
                        .then())
                .verifyErrorSatisfies(e -> assertMessage(e, "It ends within an Arrow message"));
    }

    @Test
    void aFileReadAsAStreamIsTold(BufferAllocator allocator) throws IOException {
        RecordBatches.writeFile(ints(allocator, 1), INTS, file()).block(LIMIT);
        StepVerifier.create(RecordBatches.readStream(() -> Files.newInputStream(file()), allocator))
                .verifyErrorSatisfies(e -> assertMessage(e, "an Arrow file, not an Arrow stream"));
    }

    @Test
    void readingHonoursDemandAndClosesOnCancel(BufferAllocator allocator) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordBatches.writeStream(ints(allocator, 3), INTS, out).block(LIMIT);
        boolean[] closed = {false};
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public void close() throws IOException {
                closed[0] = true;
                super.close();
            }
        };
        StepVerifier.create(RecordBatches.readStream(() -> in, allocator), 1)
                .consumeNextWith(RecordBatch::close)
                .then(() -> assertTrue(in.available() > 0))
                .thenCancel()
                .verify(LIMIT);
        assertTrue(closed[0]);
    }

    private static Flux<RecordBatch> ints(BufferAllocator allocator, int batches) {
        return Flux.range(0, batches).map(i -> TestBatches.ints(allocator, i, null));
    }

    private static Schema schemaOfWords(BufferAllocator allocator) {
        try (RecordBatch batch = TestBatches.words(allocator, "w", 3, "a")) {
            return batch.schema();
        }
    }

    private static @Nullable List<List<@Nullable Object>> contents(Flux<RecordBatch> batches, String column) {
        return batches.map(RecordBatches.closing(batch -> TestBatches.values(batch, column)))
                .collectList()
                .block(LIMIT);
    }

    private static @Nullable List<List<@Nullable Object>> words(Flux<RecordBatch> batches) {
        return batches.map(RecordBatches.closing(batch -> TestBatches.words(batch, "w")))
                .collectList()
                .block(LIMIT);
    }

    private void assertUnreadable(BufferAllocator allocator, String reason, byte @Nullable [] bytes)
            throws IOException {
        Files.deleteIfExists(file());
        if (bytes != null) {
            Files.write(file(), bytes);
        }
        StepVerifier.create(RecordBatches.readFile(file(), allocator)).verifyErrorSatisfies(e -> {
            assertMessage(e, "Cannot read " + file());
            assertMessage(e, bytes == null ? file().toString() : reason);
        });
    }

    private static void assertMessage(Throwable error, String part) {
        assertEquals(UdfException.class, error.getClass());
        assertTrue(String.valueOf(error.getMessage()).contains(part), error.getMessage());
    }

    private void assertNothingLeft() {
        awaitFiles(0);
    }

    private void awaitFiles(int count) {
        await(() -> files() == count);
    }

    private long files() {
        try (Stream<Path> files = Files.list(file().resolveSibling("."))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitRequest(TestPublisher<RecordBatch> upstream) {
        await(() -> {
            try {
                upstream.assertMinRequested(1);
                return true;
            } catch (AssertionError notYet) {
                return false;
            }
        });
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertTrue(condition.getAsBoolean(), "not within " + LIMIT);
    }
}
