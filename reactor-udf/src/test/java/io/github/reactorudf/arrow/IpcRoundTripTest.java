package io.github.reactorudf.arrow;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestAllocator.class)
class IpcRoundTripTest {
    private static final MapDictionaryProvider NONE = new MapDictionaryProvider();

    @Test
    void nullsAndStrings(BufferAllocator allocator) {
        assertRoundTrips(
                allocator,
                ArrowData.ints(allocator, "i", 1, null, -3),
                ArrowData.strings(allocator, "s", "a", "", null));
    }

    @Test
    void zeroRows(BufferAllocator allocator) {
        assertRoundTrips(allocator, ArrowData.ints(allocator, "i"), ArrowData.strings(allocator, "s"));
        assertRoundTrips(allocator, ListVector.empty("untouched", allocator));
    }

    @Test
    void noColumns(BufferAllocator allocator) {
        assertRoundTrips(allocator);
    }

    @Test
    void booleansAndNullType(BufferAllocator allocator) {
        BitVector bits = new BitVector("b", allocator);
        bits.allocateNew(11);
        bits.set(3, 1);
        bits.set(10, 1);
        bits.setValueCount(11);
        assertRoundTrips(allocator, bits, new NullVector("n", 11));
    }

    @Test
    void views(BufferAllocator allocator) {
        ViewVarCharVector views = new ViewVarCharVector("v", allocator);
        views.allocateNew();
        views.setSafe(0, "short".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        views.setSafe(1, "longer than twelve bytes".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        views.setNull(2);
        // What memory that was used before may hold: a view that leads nowhere.
        views.getDataBuffer().setInt(2L * 16, 1000);
        views.getDataBuffer().setInt(2L * 16 + 8, 77);
        views.setValueCount(3);
        assertRoundTrips(allocator, views);
    }

    @Test
    void listsAndStructs(BufferAllocator allocator) {
        assertRoundTrips(allocator, lists(allocator), structs(allocator), pairs(allocator));
    }

    @Test
    void slices(BufferAllocator allocator) {
        try (FieldVector whole = ArrowData.strings(allocator, "s", "zero", "one", null, "three", "four")) {
            TransferPair slice = whole.getTransferPair(allocator);
            slice.splitAndTransfer(1, 3);
            assertRoundTrips(allocator, (FieldVector) slice.getTo());
        }
    }

    @Test
    void memoryOfAnotherRoot(BufferAllocator allocator) {
        try (BufferAllocator other = new RootAllocator()) {
            assertRoundTrips(allocator, ArrowData.ints(other, "i", 1, null), ArrowData.strings(other, "s", "abc", "d"));
            assertRoundTrips(other, ArrowData.ints(allocator, "i", 1, null));
        }
    }

    @Test
    void dictionariesAreSentOnceAndAgainWhenReplaced(BufferAllocator allocator) {
        try (Words first = new Words(allocator, "a", "b");
                Words second = new Words(allocator, "c", "d", "e");
                FieldVector indexes = ArrowData.indexes(allocator, "x", 7, 1, null, 0)) {
            Schema memory = new Schema(List.of(indexes.getField()));
            Schema wire =
                    IpcSchema.read(ByteBuffer.wrap(IpcSchema.write(IpcSchema.messageFormat(memory, first.provider()))));
            assertEquals(ArrowType.Utf8.INSTANCE, wire.getFields().get(0).getType());
            IpcEncoder encoder = new IpcEncoder(memory);
            List<Wire.Arrived> one = Wire.send(encoder, List.of(indexes), 3, first.provider());
            List<Wire.Arrived> two = Wire.send(encoder, List.of(indexes), 3, first.provider());
            List<Wire.Arrived> three = Wire.send(encoder, List.of(indexes), 3, second.provider());
            assertEquals(List.of(2, 1, 2), List.of(one.size(), two.size(), three.size()));

            try (IpcDecoder decoder = new IpcDecoder(wire, allocator);
                    DecodedBatch batch1 = Wire.receive(decoder, one, allocator);
                    DecodedBatch batch2 = Wire.receive(decoder, two, allocator);
                    DecodedBatch batch3 = Wire.receive(decoder, three, allocator)) {
                assertEquals(memory, batch1.schema());
                assertSame(batch1.dictionaries().get(7L), batch2.dictionaries().get(7L));
                assertNotSame(
                        batch1.dictionaries().get(7L), batch3.dictionaries().get(7L));
                assertEquals(List.of("a", "b"), values(batch2));
                assertEquals(List.of("c", "d", "e"), values(batch3));
            }
        }
    }

    private static List<@Nullable Object> values(DecodedBatch batch) {
        return ArrowData.values(requireNonNull(batch.dictionaries().get(7L)).vector());
    }

    private record Words(Dictionary dictionary) implements AutoCloseable {
        Words(BufferAllocator allocator, String... values) {
            this(new Dictionary(
                    ArrowData.strings(allocator, "values", values),
                    new DictionaryEncoding(7, false, new ArrowType.Int(32, true))));
        }

        MapDictionaryProvider provider() {
            return new MapDictionaryProvider(dictionary);
        }

        @Override
        public void close() {
            dictionary.getVector().close();
        }
    }

    private static ListVector lists(BufferAllocator allocator) {
        ListVector lists = ListVector.empty("l", allocator);
        UnionListWriter writer = lists.getWriter();
        writer.startList();
        writer.integer().writeInt(1);
        writer.integer().writeInt(2);
        writer.endList();
        writer.writeNull();
        writer.startList();
        writer.endList();
        lists.setValueCount(3);
        return lists;
    }

    private static StructVector structs(BufferAllocator allocator) {
        StructVector structs = StructVector.empty("st", allocator);
        IntVector child = structs.addOrGet("c", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
        child.allocateNew(3);
        child.set(0, 5);
        child.set(2, 6);
        structs.setIndexDefined(0);
        structs.setIndexDefined(2);
        structs.setValueCount(3);
        return structs;
    }

    private static FixedSizeListVector pairs(BufferAllocator allocator) {
        Field field = new Field(
                "p",
                FieldType.nullable(new ArrowType.FixedSizeList(2)),
                List.of(Field.nullable("$data$", new ArrowType.Int(32, true))));
        FixedSizeListVector pairs = (FixedSizeListVector) field.createVector(allocator);
        pairs.allocateNew();
        IntVector values = (IntVector) pairs.getDataVector();
        for (int i = 0; i < 6; i++) {
            values.setSafe(i, i);
        }
        pairs.setNotNull(0);
        pairs.setNotNull(2);
        pairs.setValueCount(3);
        return pairs;
    }

    private static void assertRoundTrips(BufferAllocator allocator, FieldVector... columns) {
        List<FieldVector> sent = Arrays.asList(columns);
        Schema schema = new Schema(sent.stream().map(FieldVector::getField).toList());
        int rows = sent.isEmpty() ? 0 : sent.get(0).getValueCount();
        try {
            List<Wire.Arrived> messages = Wire.send(new IpcEncoder(schema), sent, rows, NONE);
            Wire.Arrived message = messages.get(0);
            assertEquals(0, message.metadata().remaining() % 64);
            assertEquals(0, message.body().length % 8);
            Schema read = IpcSchema.read(ByteBuffer.wrap(IpcSchema.write(schema)));
            try (IpcDecoder decoder = new IpcDecoder(read, allocator);
                    DecodedBatch batch = Wire.receive(decoder, messages, allocator)) {
                assertEquals(schema, batch.schema());
                assertEquals(rows, batch.rowCount());
                for (int i = 0; i < columns.length; i++) {
                    assertEquals(
                            ArrowData.values(columns[i]),
                            ArrowData.values(batch.columns().get(i)));
                }
            }
        } finally {
            sent.forEach(FieldVector::close);
        }
    }
}
