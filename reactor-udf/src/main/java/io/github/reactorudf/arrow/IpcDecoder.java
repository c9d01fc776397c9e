package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.VectorAppender;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the batches of one stream, and believes nothing: what it returns can be read at every index without leaving
 * the body it came in.
 *
 * <p><b>Ownership:</b> it takes the bodies it is given, whatever the outcome; the decoder owns the dictionaries it has
 * read until {@link #close()}, and batches that it returned own theirs. One thread at a time.
 */
public final class IpcDecoder implements AutoCloseable {
    private final Schema schema;
    private final Map<Long, Field> dictionaryValues;
    private final BufferAllocator allocator;
    private final boolean takesDeltas;
    private final Map<Long, SharedDictionary> dictionaries = new HashMap<>();

    /**
     * A decoder for a stream of {@code schema}, which refuses deltas of dictionaries.
     *
     * @param schema in message format, as {@link IpcSchema#read} gives it
     * @param allocator the one that bodies come from
     */
    public IpcDecoder(Schema schema, BufferAllocator allocator) {
        this(schema, allocator, false);
    }

    /** As the other, for a source that may add to dictionaries if {@code takesDeltas}. */
    IpcDecoder(Schema schema, BufferAllocator allocator, boolean takesDeltas) {
        this.takesDeltas = takesDeltas;
        this.schema = IpcSchema.memoryFormat(schema);
        this.dictionaryValues = IpcSchema.dictionaryValues(schema);
        this.allocator = allocator;
    }

    /** The schema of the batches, in memory format. */
    public Schema schema() {
        return schema;
    }

    /**
     * Reads a dictionary batch; batches decoded before keep the dictionary that they were decoded with.
     *
     * @param metadata the encapsulated metadata; not changed
     * @param body its writer index is its length
     * @throws ProtocolException if it is malformed, a delta that is not taken, or of a dictionary that the schema does
     *     not have
     */
    public void dictionary(ByteBuffer metadata, ArrowBuf body) {
        decode(body, () -> {
            Message message = message(metadata, MessageHeader.DictionaryBatch, body);
            DictionaryBatch batch = present((DictionaryBatch) message.header(new DictionaryBatch()));
            Field field = dictionaryValues.get(batch.id());
            if (field == null) {
                throw new ProtocolException(
                        "Dictionary " + batch.id() + " is not one of the schema's " + dictionaryValues.keySet());
            }
            SharedDictionary before = dictionaries.get(batch.id());
            if (batch.isDelta() && (!takesDeltas || before == null)) {
                throw new ProtocolException("Dictionary " + batch.id() + " came as a delta; send it whole");
            }
            FieldVector values =
                    load(List.of(field), present(batch.data()), body).get(0);
            FieldVector whole = batch.isDelta() && before != null ? appended(before.vector(), values, field) : values;
            replace(batch.id(), new SharedDictionary(whole));
            return whole;
        });
    }

    /**
     * Reads a record batch.
     *
     * @param metadata the encapsulated metadata; not changed
     * @param body its writer index is its length
     * @return the batch; the caller's
     * @throws ProtocolException if it is malformed, or a dictionary has not come yet
     */
    public DecodedBatch decode(ByteBuffer metadata, ArrowBuf body) {
        return decode(body, () -> {
            Message message = message(metadata, MessageHeader.RecordBatch, body);
            RecordBatch batch = present((RecordBatch) message.header(new RecordBatch()));
            List<FieldVector> columns = load(schema.getFields(), batch, body);
            Map<Long, SharedDictionary> owned = Map.copyOf(dictionaries);
            owned.values().forEach(SharedVector::retain);
            return new DecodedBatch(schema, (int) batch.length(), columns, owned);
        });
    }

    private static <T> T decode(ArrowBuf body, Supplier<T> decoding) {
        try {
            return decoding.get();
        } catch (ProtocolException | OutOfMemoryException e) {
            throw e;
        } catch (RuntimeException e) {
            if (e.getCause() instanceof OutOfMemoryException limit) {
                throw limit; // Arrow's loader takes it for bad data
            }
            // FlatBuffers and Arrow complain in many ways about what they can't read.
            throw new ProtocolException("A malformed Arrow message: " + e, e);
        } finally {
            body.getReferenceManager().release();
        }
    }

    private static Message message(ByteBuffer metadata, byte type, ArrowBuf body) {
        Message message = Encapsulation.unwrap(metadata, type);
        if (message.bodyLength() != body.writerIndex()) {
            throw new ProtocolException("An Arrow message says that its body has " + message.bodyLength()
                    + " bytes; it has " + body.writerIndex());
        }
        return message;
    }

    private static <T> T present(@Nullable T table) {
        if (table == null) {
            throw new ProtocolException("An Arrow message without its content");
        }
        return table;
    }

    private List<FieldVector> load(List<Field> fields, RecordBatch batch, ArrowBuf body) {
        new BatchValidator(batch, body, this::dictionarySize).validate(fields);
        body.getReferenceManager().retain(); // for the call, which releases it if it returns
        ArrowRecordBatch buffers;
        try {
            buffers = MessageSerializer.deserializeRecordBatch(batch, body);
        } catch (IOException | RuntimeException e) {
            body.getReferenceManager().release();
            throw new ProtocolException("A malformed record batch: " + e.getMessage(), e);
        }
        try (buffers) {
            return Vectors.load(fields, buffers, allocator);
        }
    }

    /** A vector of the values of both; {@code delta} is closed, {@code before} stays with the batches that need it. */
    private static FieldVector appended(FieldVector before, FieldVector delta, Field field) {
        FieldVector whole = RowCopies.of(
                before, field, IntStream.range(0, before.getValueCount()).toArray());
        try (delta) {
            delta.accept(new VectorAppender(whole), null);
            return whole;
        } catch (RuntimeException e) {
            whole.close();
            throw new ProtocolException("A delta of a dictionary of " + field.getType() + " can't be read: " + e, e);
        }
    }

    private int dictionarySize(DictionaryEncoding encoding) {
        SharedDictionary dictionary = dictionaries.get(encoding.getId());
        if (dictionary == null) {
            throw new ProtocolException("A batch came before its dictionary " + encoding.getId());
        }
        return dictionary.vector().getValueCount();
    }

    private void replace(long id, SharedDictionary dictionary) {
        SharedDictionary before = dictionaries.put(id, dictionary);
        if (before != null) {
            before.release();
            forgetThoseOver(id);
        }
    }

    /**
     * Forgets the dictionaries whose values are indexes into this one: they were checked against what is replaced now.
     */
    private void forgetThoseOver(long id) {
        dictionaryValues.forEach((other, values) -> {
            SharedDictionary outer = mentions(values, id) ? dictionaries.remove(other) : null;
            if (outer != null) {
                outer.release();
                forgetThoseOver(other);
            }
        });
    }

    private static boolean mentions(Field field, long id) {
        return (field.getDictionary() != null && field.getDictionary().getId() == id)
                || field.getChildren().stream().anyMatch(child -> mentions(child, id));
    }

    /** Gives up the dictionaries; idempotent. */
    @Override
    public void close() {
        dictionaries.values().forEach(SharedVector::release);
        dictionaries.clear();
    }
}
