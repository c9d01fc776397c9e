package io.github.reactorudf.arrow;

import static io.github.reactorudf.arrow.ForgedMessages.announce;
import static io.github.reactorudf.arrow.ForgedMessages.batch;
import static io.github.reactorudf.arrow.ForgedMessages.buffers;
import static io.github.reactorudf.arrow.ForgedMessages.dictionary;
import static io.github.reactorudf.arrow.ForgedMessages.ints;
import static io.github.reactorudf.arrow.ForgedMessages.nodes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a worker could send that is not so: refused before a vector is made of it, with nothing leaked. */
@ExtendWith(TestAllocator.class)
class IpcDecoderTest {
    private static final ArrowType INT = new ArrowType.Int(32, true);
    private static final Field INTS = Field.nullable("c", INT);
    private static final Field STRINGS = Field.nullable("c", ArrowType.Utf8.INSTANCE);
    private static final Field LISTS =
            new Field("c", FieldType.nullable(ArrowType.List.INSTANCE), List.of(Field.nullable("item", INT)));
    private static final Field VIEWS = Field.nullable("c", ArrowType.Utf8View.INSTANCE);

    @Test
    void whatIsRightPasses(BufferAllocator allocator) {
        assertDecodes(allocator, INTS, ints(8, 1, 2), batch(2, nodes(2, 0), buffers(0, 0, 0, 8)));
        assertDecodes(allocator, STRINGS, ints(16, 0, 1, 2, 0x6261), batch(2, nodes(2, 0), buffers(0, 0, 0, 12, 8, 2)));
    }

    @Test
    void truncatedMetadata(BufferAllocator allocator) {
        byte[] whole = batch(2, nodes(2, 0), buffers(0, 0, 0, 8));
        for (int length = 0; length < whole.length - 64; length++) {
            assertRefused(allocator, INTS, ints(8, 1, 2), Arrays.copyOf(whole, length), "");
        }
    }

    @Test
    void lengthsAndCountsThatLie(BufferAllocator allocator) {
        byte[] body = ints(8, 1, 2);
        assertRefused(allocator, INTS, body, batch(-1, nodes(2, 0), buffers(0, 0, 0, 8)), "A batch of -1 rows");
        assertRefused(allocator, INTS, body, batch(3, nodes(2, 0), buffers(0, 0, 0, 8)), "has 2 rows in a batch of 3");
        assertRefused(allocator, INTS, body, batch(3, nodes(3, 0), buffers(0, 0, 0, 8)), "8 bytes where 12 are needed");
        assertRefused(allocator, INTS, body, batch(1L << 40, nodes(2, 0), buffers(0, 0, 0, 8)), "rows");
        assertRefused(allocator, INTS, body, batch(2, nodes(-2, 0), buffers(0, 0, 0, 8)), "has a length of -2");
        assertRefused(allocator, INTS, body, batch(2, nodes(2, 3), buffers(0, 0, 0, 8)), "has 3 nulls in 2 rows");
        assertRefused(allocator, INTS, body, batch(2, nodes(2, 1), buffers(0, 0, 0, 8)), "no validity buffer");
        assertRefused(allocator, INTS, body, batch(2, nodes(), buffers(0, 0, 0, 8)), "has no node");
        assertRefused(allocator, INTS, body, batch(2, nodes(2, 0), buffers(0, 0)), "lacks a buffer");
        assertRefused(allocator, INTS, body, batch(2, nodes(2, 0, 2, 0), buffers(0, 0, 0, 8)), "2 nodes");
        assertRefused(allocator, INTS, body, batch(2, nodes(2, 0), buffers(0, 0, 0, 8, 0, 8)), "3 buffers");
    }

    @Test
    void buffersOutsideOfTheBody(BufferAllocator allocator) {
        for (long[] range :
                new long[][] {{8, 8}, {-8, 8}, {0, 16}, {0, -8}, {Long.MAX_VALUE - 7, 16}, {8, Long.MAX_VALUE}}) {
            byte[] message = batch(2, nodes(2, 0), buffers(0, 0, range[0], range[1]));
            assertRefused(allocator, INTS, ints(8, 1, 2), message, "in a body of 8");
        }
        assertRefused(
                allocator, INTS, ints(16, 1, 2, 3), batch(2, nodes(2, 0), buffers(0, 0, 4, 8)), "not a multiple of 8");
    }

    @Test
    void aBodyOfAnotherLengthThanAnnounced(BufferAllocator allocator) {
        byte[] message = batch(2, nodes(2, 0), buffers(0, 0, 0, 8));
        var error = assertThrows(ProtocolException.class, () -> decode(allocator, INTS, ints(16, 1, 2), message, 8));
        assertMessage(error, "says that its body has 8 bytes; it has 16");
    }

    @Test
    void aValidityBufferTooShort(BufferAllocator allocator) {
        assertRefused(
                allocator,
                Field.nullable("c", new ArrowType.Bool()),
                ints(16, -1),
                batch(9, nodes(9, 1), buffers(0, 1, 8, 2)),
                "validity buffer too short");
    }

    @Test
    void offsetsThatFallOrPassTheEnd(BufferAllocator allocator) {
        for (int[] offsets : new int[][] {{0, 2, 1}, {-1, 0, 1}, {0, 1, 3}, {0, -2, 1}, {5, 5, 5}}) {
            assertRefused(
                    allocator,
                    STRINGS,
                    ints(24, offsets),
                    batch(2, nodes(2, 0), buffers(0, 0, 0, 12, 16, 2)),
                    "offsets that fall, or pass its 2 values");
            assertRefused(
                    allocator,
                    LISTS,
                    ints(24, offsets[0], offsets[1], offsets[2], 0, 7, 8),
                    batch(2, nodes(2, 0, 2, 0), buffers(0, 0, 0, 12, 0, 0, 16, 8)),
                    "offsets that fall, or pass its 2 values");
        }
        assertRefused(
                allocator, STRINGS, ints(8, 0, 1), batch(2, nodes(2, 0), buffers(0, 0, 0, 8, 8, 0)), "12 are needed");
    }

    @Test
    void viewsOutsideOfTheirData(BufferAllocator allocator) {
        int[][] views = {{13, 0, 0, 4}, {13, 0, 1, 0}, {-1, 0, 0, 0}, {13, 0, -1, 0}, {13, 0, 0, -1}};
        for (int[] view : views) {
            byte[] message = batch(1, nodes(1, 0), buffers(0, 0, 0, 16, 16, 16), new long[] {1}, false);
            assertRefused(allocator, VIEWS, ints(32, view), message, "view outside of its data");
        }
        byte[] counts = batch(1, nodes(1, 0), buffers(0, 0, 0, 16), new long[] {1L << 60}, false);
        assertRefused(allocator, VIEWS, ints(16, 0), counts, "data buffers");
        assertRefused(allocator, VIEWS, ints(16, 0), batch(1, nodes(1, 0), buffers(0, 0, 0, 16)), "no count");
    }

    @Test
    void moreBuffersThanTheMessageHasBytes(BufferAllocator allocator) {
        long buffers = 1 << 30;
        byte[] message = batch(1, nodes(1, 0), buffers(0, 0, 0, 16), new long[] {buffers - 2}, false);
        ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + 36 <= message.length; i += Integer.BYTES) {
            if (bytes.getInt(i) == 2 && bytes.getLong(i + 28) == 16) {
                bytes.putInt(i, (int) buffers);
            }
        }
        assertRefused(allocator, VIEWS, ints(16, 0), message, "buffers in");
    }

    @Test
    void unionsOutsideOfTheirChildren(BufferAllocator allocator) {
        Field union = new Field(
                "c",
                FieldType.nullable(new ArrowType.Union(UnionMode.Dense, new int[] {5})),
                List.of(Field.nullable("x", INT)));
        for (int[] typeAndOffset : new int[][] {{5, 2}, {5, -1}, {4, 0}, {-1, 0}}) {
            assertRefused(
                    allocator,
                    union,
                    ints(24, typeAndOffset[0], 0, typeAndOffset[1], 0, 1, 2),
                    batch(1, nodes(1, 0, 2, 0), buffers(0, 1, 8, 4, 0, 0, 16, 8)),
                    "undeclared type or an offset outside");
        }
    }

    @Test
    void structsAndFixedSizeListsShorterThanTheirParent(BufferAllocator allocator) {
        Field struct = new Field("c", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(INTS));
        byte[] message = batch(2, nodes(2, 0, 1, 0), buffers(0, 0, 0, 0, 0, 8));
        assertRefused(allocator, struct, ints(8, 1, 2), message, "has 1 rows within 2");
        Field pairs = new Field("c", FieldType.nullable(new ArrowType.FixedSizeList(2)), List.of(INTS));
        assertRefused(allocator, pairs, ints(8, 1, 2), message, "has 1 values where 4 are needed");
    }

    @Test
    void twoFieldsOfOneName() {
        for (ArrowType type :
                List.of(ArrowType.Struct.INSTANCE, new ArrowType.Union(UnionMode.Dense, new int[] {0, 1, 2}))) {
            Field twice = new Field("c", FieldType.nullable(type), List.of(INTS, Field.nullable("d", INT), INTS));
            byte[] schema = IpcSchema.write(
                    new Schema(List.of(new Field("l", FieldType.nullable(ArrowType.List.INSTANCE), List.of(twice)))));
            assertMessage(refusal(() -> IpcSchema.read(ByteBuffer.wrap(schema))), "has two fields called c");
        }
    }

    /** The bitmap of a column without nulls, which is not on the wire, is allocated. */
    @Test
    void theLimitOfTheAllocatorIsNoFaultOfTheMessage(BufferAllocator allocator) {
        byte[] message = batch(2, nodes(2, 0), buffers(0, 0, 0, 8));
        try (BufferAllocator limited = allocator.newChildAllocator("limited", 0, 8)) {
            assertThrows(OutOfMemoryException.class, () -> decode(limited, INTS, ints(8, 1, 2), message, 8));
        }
    }

    @Test
    void compressedBodies(BufferAllocator allocator) {
        byte[] message = batch(2, nodes(2, 0), buffers(0, 0, 0, 8), new long[0], true);
        assertRefused(allocator, INTS, ints(8, 1, 2), message, "without compression");
    }

    @Test
    void dictionaries(BufferAllocator allocator) {
        Field encoded = new Field(
                "c",
                new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(3, false, (ArrowType.Int) INT)),
                null);
        byte[] indexes = batch(2, nodes(2, 0), buffers(0, 0, 0, 8));
        assertRefused(allocator, encoded, ints(8, 0, 1), indexes, "came before its dictionary 3");
        announce(indexes, 8);
        byte[] delta = dictionary(3, true);
        byte[] other = dictionary(4, false);
        try (IpcDecoder decoder = new IpcDecoder(new Schema(List.of(encoded)), allocator)) {
            assertMessage(refusal(() -> give(decoder, delta, allocator)), "came as a delta");
            assertMessage(refusal(() -> give(decoder, other, allocator)), "not one of the schema's [3]");
            give(decoder, dictionary(3, false), allocator);
            for (int[] bad : new int[][] {{0, 2}, {-1, 0}}) {
                Wire.Arrived batch = new Wire.Arrived(ByteBuffer.wrap(indexes), ints(8, bad), false);
                assertMessage(
                        refusal(() -> decoder.decode(batch.metadata(), batch.body(allocator))),
                        "outside of its dictionary's 2 values");
            }
        }
    }

    @Test
    void oneDictionaryOfTwoTypes(BufferAllocator allocator) {
        DictionaryEncoding encoding = new DictionaryEncoding(3, false, null);
        Schema schema = new Schema(List.of(
                new Field("a", new FieldType(true, ArrowType.Utf8.INSTANCE, encoding), null),
                new Field("b", new FieldType(true, INT, encoding), null)));
        assertMessage(refusal(() -> IpcSchema.read(ByteBuffer.wrap(IpcSchema.write(schema)))), "used for two types");
    }

    @Test
    void noiseInMetadataIsDecodedOrRefused(BufferAllocator allocator) {
        try (FieldVector column = ArrowData.strings(allocator, "c", "ab", null, "cdef")) {
            Schema schema = new Schema(List.of(column.getField()));
            Wire.Arrived sent = Wire.send(new IpcEncoder(schema), List.of(column), 3, new MapDictionaryProvider())
                    .get(0);
            Random random = new Random(42);
            for (int round = 0; round < 5_000; round++) {
                byte[] metadata = sent.metadata().array().clone();
                byte[] body = sent.body().clone();
                byte[] target = random.nextInt(4) == 0 ? body : metadata;
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    target[random.nextInt(target.length)] = (byte) random.nextInt();
                }
                Wire.Arrived noisy = new Wire.Arrived(ByteBuffer.wrap(metadata), body, false);
                try (IpcDecoder decoder = new IpcDecoder(schema, allocator);
                        DecodedBatch batch = decoder.decode(noisy.metadata(), noisy.body(allocator))) {
                    ArrowData.values(batch.columns().get(0));
                } catch (ProtocolException refused) {
                    assertTrue(String.valueOf(refused.getMessage()).length() > 10);
                }
            }
        }
    }

    @Test
    void noiseInSchemasIsReadOrRefused() {
        byte[] sent = IpcSchema.write(new Schema(List.of(LISTS, STRINGS)));
        Random random = new Random(42);
        for (int round = 0; round < 5_000; round++) {
            byte[] noisy = sent.clone();
            noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
            try {
                IpcSchema.read(ByteBuffer.wrap(noisy));
            } catch (ProtocolException refused) {
                assertTrue(String.valueOf(refused.getMessage()).length() > 10);
            }
        }
    }

    private static void give(IpcDecoder decoder, byte[] dictionary, BufferAllocator allocator) {
        Wire.Arrived arrived = new Wire.Arrived(ByteBuffer.wrap(dictionary), ints(24, 0, 1, 2, 0, 0x6261), true);
        decoder.dictionary(arrived.metadata(), arrived.body(allocator));
    }

    private static ProtocolException refusal(Runnable use) {
        return assertThrows(ProtocolException.class, use::run);
    }

    private static void assertDecodes(BufferAllocator allocator, Field field, byte[] body, byte[] metadata) {
        assertEquals(2, decode(allocator, field, body, metadata, body.length));
    }

    private static void assertRefused(
            BufferAllocator allocator, Field field, byte[] body, byte[] metadata, String reason) {
        assertMessage(refusal(() -> decode(allocator, field, body, metadata, body.length)), reason);
    }

    private static void assertMessage(ProtocolException error, String reason) {
        assertTrue(
                String.valueOf(error.getMessage()).contains(reason),
                () -> reason + " is not in: " + error.getMessage());
    }

    /** Decodes one batch, whose message says that its body has {@code announced} bytes, and returns its row count. */
    private static int decode(BufferAllocator allocator, Field field, byte[] body, byte[] metadata, int announced) {
        byte[] patched = metadata.clone();
        announce(patched, announced);
        Wire.Arrived arrived = new Wire.Arrived(ByteBuffer.wrap(patched), body, false);
        try (IpcDecoder decoder = new IpcDecoder(new Schema(List.of(field)), allocator);
                DecodedBatch batch = decoder.decode(arrived.metadata(), arrived.body(allocator))) {
            return batch.rowCount();
        }
    }
}
