package io.github.reactorudf.arrow;

import io.github.reactorudf.UdfException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Encodes the batches of one stream: uncompressed, buffers aligned to 8 bytes, dictionaries where they are first needed
 * and again when they change. One thread at a time; unusable after it threw.
 */
public final class IpcEncoder {
    private final Schema schema;
    private final Map<Long, Dictionary> sent = new HashMap<>();

    /**
     * An encoder for a stream of {@code schema}.
     *
     * @param schema in either format; only the ids of its dictionaries are used
     */
    public IpcEncoder(Schema schema) {
        this.schema = schema;
    }

    /**
     * The messages that add one batch to the stream: dictionaries that were not sent yet, or are another
     * {@link Dictionary} object than the one sent, and then the record batch.
     *
     * <p><b>Ownership:</b> the columns stay the caller's; the messages are the caller's to release, and keep the memory
     * alive by themselves.
     *
     * @throws UdfException if a message's body is over 2 GiB - 1
     */
    public List<IpcMessage> encode(List<FieldVector> columns, int rowCount, DictionaryProvider dictionaries) {
        List<IpcMessage> messages = new ArrayList<>(1);
        try {
            addChangedDictionaries(schema.getFields(), dictionaries, messages);
            try (ArrowRecordBatch batch = unload(columns, rowCount)) {
                messages.add(message(batch, MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT), false));
            }
            return messages;
        } catch (Throwable e) {
            messages.forEach(IpcMessage::release);
            throw e;
        }
    }

    /**
     * The messages that add several batches as one, of a schema that {@link MergedColumns#takes}, with the
     * {@linkplain #sameDictionaries same dictionaries}. Ownership is as in {@link #encode}.
     *
     * @param batches the columns of each, of two batches or more
     * @param rowCount the rows of all, whose values come to less than 2 GiB
     */
    public List<IpcMessage> encodeMerged(
            List<List<FieldVector>> batches, int rowCount, DictionaryProvider dictionaries) {
        List<IpcMessage> messages = new ArrayList<>(1);
        try {
            addChangedDictionaries(schema.getFields(), dictionaries, messages);
            messages.add(MergedColumns.message(batches, rowCount));
            return messages;
        } catch (Throwable e) {
            messages.forEach(IpcMessage::release);
            throw e;
        }
    }

    /** Whether batches with the one dictionaries can follow those with the other and no dictionary between them. */
    public boolean sameDictionaries(DictionaryProvider one, DictionaryProvider other) {
        return sameDictionaries(schema.getFields(), one, other);
    }

    @SuppressWarnings("ReferenceEquality") // As in addChangedDictionaries.
    private static boolean sameDictionaries(List<Field> fields, DictionaryProvider one, DictionaryProvider other) {
        for (Field field : fields) {
            List<Field> inner = field.getChildren();
            if (field.getDictionary() != null) {
                Dictionary dictionary = one.lookup(field.getDictionary().getId());
                if (dictionary == null
                        || dictionary != other.lookup(field.getDictionary().getId())) {
                    return false;
                }
                inner = dictionary.getVector().getField().getChildren();
            }
            if (!sameDictionaries(inner, one, other)) {
                return false;
            }
        }
        return true;
    }

    /** Adds what {@code fields} need and was not sent, inner dictionaries first; says whether there was any. */
    @SuppressWarnings("ReferenceEquality") // Equal values would cost a comparison of all of them to find out.
    private boolean addChangedDictionaries(
            List<Field> fields, DictionaryProvider dictionaries, List<IpcMessage> messages) {
        boolean changed = false;
        for (Field field : fields) {
            if (field.getDictionary() == null) {
                changed |= addChangedDictionaries(field.getChildren(), dictionaries, messages);
                continue;
            }
            long id = field.getDictionary().getId();
            Dictionary dictionary = dictionaries.lookup(id);
            if (dictionary == null) {
                throw new UdfException("Column " + field.getName() + " is encoded by dictionary " + id
                        + ", which its batch does not have");
            }
            List<Field> inner = dictionary.getVector().getField().getChildren();
            if (addChangedDictionaries(inner, dictionaries, messages) || sent.get(id) != dictionary) {
                messages.add(dictionary(id, dictionary.getVector()));
                sent.put(id, dictionary);
                changed = true;
            }
        }
        return changed;
    }

    private static IpcMessage dictionary(long id, FieldVector values) {
        try (ArrowRecordBatch batch = unload(List.of(values), values.getValueCount())) {
            ArrowDictionaryBatch dictionary = new ArrowDictionaryBatch(id, batch, false);
            return message(batch, MessageSerializer.serializeMetadata(dictionary, IpcOption.DEFAULT), true);
        }
    }

    // Not closed: the root only lends the columns to the unloader, and holds nothing of its own.
    @SuppressWarnings("resource")
    private static ArrowRecordBatch unload(List<FieldVector> columns, int rowCount) {
        List<Field> fields = columns.stream().map(FieldVector::getField).toList();
        return new VectorUnloader(new VectorSchemaRoot(fields, columns, rowCount)).getRecordBatch();
    }

    private static IpcMessage message(ArrowRecordBatch batch, ByteBuffer metadata, boolean isDictionary) {
        long bodyLength = batch.computeBodyLength();
        if (bodyLength > Integer.MAX_VALUE) {
            throw new UdfException("A batch of " + batch.getLength() + " rows has " + bodyLength
                    + " bytes; a message holds at most 2 GiB - 1. Use smaller batches.");
        }
        List<ByteBuf> body = new ArrayList<>();
        long position = 0;
        List<ArrowBuf> buffers = batch.getBuffers();
        List<ArrowBuffer> layout = batch.getBuffersLayout();
        for (int i = 0; i < buffers.size(); i++) {
            position = Padding.pad(body, position, layout.get(i).getOffset());
            ArrowBuf buffer = buffers.get(i);
            // A list vector of no rows says that its one offset is readable also where it has no memory for it; the
            // padding gives the zero that it would hold.
            long length = Math.min(buffer.readableBytes(), buffer.capacity() - buffer.readerIndex());
            if (length > 0) {
                body.add(ArrowMemory.toByteBuf(buffer, buffer.readerIndex(), (int) length));
                position += length;
            }
        }
        Padding.pad(body, position, bodyLength);
        return new IpcMessage(Encapsulation.wrap(metadata), body, bodyLength, isDictionary);
    }
}
