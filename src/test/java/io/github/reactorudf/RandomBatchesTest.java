package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowMemory;
import io.github.reactorudf.arrow.DecodedBatch;
import io.github.reactorudf.arrow.IpcDecoder;
import io.github.reactorudf.arrow.IpcEncoder;
import io.github.reactorudf.arrow.IpcMessage;
import io.github.reactorudf.arrow.MergedColumns;
import io.github.reactorudf.arrow.RowCopies;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.SchemaChangeRuntimeException;
import reactor.core.publisher.Flux;

/** Random batches of any types come back bit for bit: from Arrow's stream format, and from a worker. */
class RandomBatchesTest {

    /** The two that pyarrow has no arrays of: they stay in the JVM. */
    private static final Set<MinorType> UNREADABLE = EnumSet.of(MinorType.INTERVALYEAR, MinorType.INTERVALDAY);

    private static final int ENOUGH = 20;
    private static final BufferAllocator ALLOCATOR = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
    private static final Map<MinorType, Integer> STREAMED = new EnumMap<>(MinorType.class);
    private static final Map<MinorType, Integer> EVALUATED = new EnumMap<>(MinorType.class);
    private static final Map<MinorType, Integer> MERGED = new EnumMap<>(MinorType.class);
    private static PythonRuntime python;

    @BeforeContainer
    static void start() {
        python = PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(PythonTest.VENV))
                .modules(PythonTest.MODULES)
                .workers(1)
                .allocator(ALLOCATOR)
                .build();
    }

    @AfterContainer
    static void everyTypeWasThereAndNothingIsLeft() {
        python.close();
        for (MinorType type : RandomFields.BY_TYPE.keySet()) {
            assertTrue(STREAMED.getOrDefault(type, 0) >= ENOUGH, () -> type + " of " + STREAMED);
            assertTrue(
                    UNREADABLE.contains(type) || EVALUATED.getOrDefault(type, 0) >= ENOUGH,
                    () -> type + " of " + EVALUATED);
        }
        assertTrue(MERGED.size() > 30, MERGED::toString);
        assertEquals(0, ALLOCATOR.getAllocatedMemory(), ALLOCATOR::toVerboseString);
        ALLOCATOR.close();
    }

    @Property(tries = 700, seed = "1", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void comeBackFromAStream(
            @ForAll("fields") List<Field> fields, @ForAll @IntRange(max = 9) int rows, @ForAll long seed) {
        count(STREAMED, fields);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (RecordBatch batch = RandomBatch.of(ALLOCATOR, fields, rows, seed)) {
            RecordBatches.writeStream(Flux.just(batch.share()), batch.schema(), stream)
                    .block(Results.LIMIT);
            RecordBatches.readStream(() -> new ByteArrayInputStream(stream.toByteArray()), ALLOCATOR)
                    .doOnNext(RecordBatches.closing(read -> assertSame(batch, read, fields))::apply)
                    .blockLast(Results.LIMIT);
        }
    }

    @Property(tries = 700, seed = "2", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void comeBackFromAWorker(
            @ForAll("fields") List<Field> fields, @ForAll @IntRange(max = 9) int rows, @ForAll long seed) {
        List<Field> readable =
                fields.stream().filter(RandomBatchesTest::isReadable).toList();
        if (readable.isEmpty()) {
            return;
        }
        count(EVALUATED, readable);
        Schema schema = new Schema(readable);
        try (RecordBatch batch = RandomBatch.of(ALLOCATOR, readable, rows, seed)) {
            Flux.just(batch.share())
                    .transform(python.evaluate(Udf.map("values:same_batches").returns(schema)))
                    .doOnNext(RecordBatches.closing(read -> assertSame(batch, read, readable))::apply)
                    .blockLast(Results.LIMIT);
        }
    }

    @Property(tries = 100, seed = "3", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void arePassedThrough(
            @ForAll("fields") List<Field> fields, @ForAll @IntRange(max = 9) int rows, @ForAll long seed) {
        Udf udf = Udf.of("functions:plus_one").on("x").as("y");
        try (RecordBatch batch = RandomBatch.of(ALLOCATOR, fields, rows, seed);
                RecordBatch x = Batches.range(ALLOCATOR, 0, rows)) {
            Flux.just(batch.join(x))
                    .transform(python.evaluate(udf))
                    .doOnNext(RecordBatches.closing(read -> assertSame(batch, read, fields))::apply)
                    .blockLast(Results.LIMIT);
        }
    }

    @Property(tries = 500, seed = "4", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void comeBackSlicedFromWhatWasMerged(
            @ForAll("fields") List<Field> fields,
            @ForAll @Size(min = 2, max = 5) List<@IntRange(max = 20) Integer> rows,
            @ForAll long seed) {
        List<Field> mergeable = fields.stream()
                .filter(field -> MergedColumns.takes(new Schema(List.of(field))))
                .toList();
        if (mergeable.isEmpty()) {
            return;
        }
        count(MERGED, mergeable);
        Schema schema = new Schema(mergeable);
        List<RecordBatch> batches = IntStream.range(0, rows.size())
                .mapToObj(i -> RandomBatch.of(ALLOCATOR, mergeable, rows.get(i), seed + i))
                .toList();
        try (IpcDecoder decoder = new IpcDecoder(schema, ALLOCATOR);
                RecordBatch merged = RecordBatch.of(merged(decoder, schema, batches))) {
            int start = 0;
            for (RecordBatch batch : batches) {
                try (RecordBatch slice = merged.slice(start, batch.rowCount())) {
                    assertSame(batch, slice, mergeable);
                }
                start += batch.rowCount();
            }
        } finally {
            batches.forEach(RecordBatch::close);
        }
    }

    @Property(tries = 200, seed = "5", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void areSliced(
            @ForAll("fields") List<Field> fields,
            @ForAll @IntRange(max = 20) int rows,
            @ForAll @IntRange(max = 20) int before,
            @ForAll long seed) {
        int start = Math.min(rows, before);
        int[] kept = IntStream.range(start, rows).toArray();
        try (RecordBatch batch = RandomBatch.of(ALLOCATOR, fields, rows, seed);
                RecordBatch copy = batch.copyOf(kept);
                RecordBatch slice = batch.slice(start, rows - start)) {
            assertSame(copy, slice, fields);
        }
    }

    @Provide
    Arbitrary<List<Field>> fields() {
        Arbitrary<Field> any = Arbitraries.of(RandomFields.BY_TYPE.keySet()).flatMap(RandomFields.BY_TYPE::get);
        return any.list().ofMinSize(1).ofMaxSize(6).map(fields -> IntStream.range(0, fields.size())
                .mapToObj(i -> RandomFields.renamed(fields.get(i), "c" + i))
                .toList());
    }

    private static DecodedBatch merged(IpcDecoder decoder, Schema schema, List<RecordBatch> batches) {
        int rows = batches.stream().mapToInt(RecordBatch::rowCount).sum();
        IpcMessage message = new IpcEncoder(schema)
                .encodeMerged(
                        batches.stream().map(RecordBatch::columns).toList(),
                        rows,
                        batches.get(0).dictionaries())
                .get(0);
        ArrowBuf body = ALLOCATOR.buffer(message.bodyLength());
        for (ByteBuf part : message.body()) {
            ArrowMemory.copy(part, part.readableBytes(), body, body.writerIndex());
        }
        message.release();
        return decoder.decode(ByteBuffer.wrap(message.metadata()), body);
    }

    /** Arrow Java has no vectors of some lists of unions. */
    private static boolean hasVectors(Field field) {
        try (FieldVector made = field.createVector(ALLOCATOR)) {
            return made.getValueCount() == 0;
        } catch (SchemaChangeRuntimeException e) {
            return false;
        }
    }

    private static boolean isReadable(Field field) {
        return !UNREADABLE.contains(MinorTypes.of(field))
                && field.getChildren().stream().allMatch(RandomBatchesTest::isReadable);
    }

    private static void count(Map<MinorType, Integer> counts, List<Field> fields) {
        fields.forEach(field -> {
            counts.merge(MinorTypes.of(field), 1, Integer::sum);
            count(counts, field.getChildren());
        });
    }

    /** The first columns of {@code read} are those of {@code batch}. */
    private static Void assertSame(RecordBatch batch, RecordBatch read, List<Field> fields) {
        assertEquals(batch.rowCount(), read.rowCount());
        int[] rows = IntStream.range(0, batch.rowCount()).toArray();
        for (int i = 0; i < fields.size(); i++) {
            // Copies are laid out alike, whatever came before and behind the rows.
            try (FieldVector one = RowCopies.of(batch.column(i), fields.get(i), rows);
                    FieldVector other = RowCopies.of(read.column(i), fields.get(i), rows)) {
                assertSame(one, other, fields.get(i).toString());
            }
        }
        return null;
    }

    private static void assertSame(FieldVector one, FieldVector other, String field) {
        List<ArrowBuf> ones = one.getFieldBuffers();
        List<ArrowBuf> others = other.getFieldBuffers();
        assertEquals(ones.size(), others.size(), field);
        for (int i = 0; i < ones.size(); i++) {
            assertArrayEquals(bytes(ones.get(i)), bytes(others.get(i)), field);
        }
        List<FieldVector> children = one.getChildrenFromFields();
        for (int i = 0; i < children.size(); i++) {
            assertSame(children.get(i), other.getChildrenFromFields().get(i), field);
        }
    }

    private static byte[] bytes(ArrowBuf buffer) {
        byte[] bytes = new byte[(int) Math.min(buffer.readableBytes(), buffer.capacity())];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
