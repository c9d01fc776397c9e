package io.github.reactorudf.arrow;

import io.github.reactorudf.UdfException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes an Arrow IPC file or stream, blocking; one thread at a time. The schema goes out with the first batch, whose
 * dictionaries tell the types of their values, or at the end.
 *
 * <p><b>Ownership:</b> batches stay the caller's; {@link #close()} gives up what is held and leaves the output open.
 */
public final class IpcWriter implements AutoCloseable {
    private static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};

    private final OutputStream out;
    private final boolean isFile;
    private final Schema schema;
    private final IpcEncoder encoder;
    private final PinnedDictionaries pinned = new PinnedDictionaries();
    private final List<ArrowBlock> dictionaryBlocks = new ArrayList<>();
    private final List<ArrowBlock> batchBlocks = new ArrayList<>();
    private @Nullable Schema written;
    private long position;

    private IpcWriter(OutputStream out, Schema schema, boolean isFile) {
        this.out = out;
        this.isFile = isFile;
        this.schema = schema;
        this.encoder = new IpcEncoder(schema);
    }

    /** Writes a file, with magic and footer; {@code schema} in either format. */
    public static IpcWriter file(OutputStream out, Schema schema) {
        return new IpcWriter(out, schema, true);
    }

    /** Writes a stream; {@code schema} in either format. */
    public static IpcWriter stream(OutputStream out, Schema schema) {
        return new IpcWriter(out, schema, false);
    }

    /**
     * Writes a batch.
     *
     * @param shared the counted dictionaries behind {@code dictionaries}
     * @throws UdfException if the batch has not the writer's schema, or a file's dictionary changed
     */
    public void write(
            Schema batchSchema,
            List<FieldVector> columns,
            int rowCount,
            DictionaryProvider dictionaries,
            Map<Long, SharedDictionary> shared)
            throws IOException {
        if (!IpcSchema.sameTypes(schema, batchSchema)) {
            throw new UdfException(
                    "The schema changed: " + IpcSchema.memoryFormat(schema).getFields()
                            + " is being written, and a batch has " + batchSchema.getFields());
        }
        begin(dictionaries);
        DictionaryProvider provider = isFile ? pinned.over(dictionaries, shared) : dictionaries;
        List<IpcMessage> messages = encoder.encode(columns, rowCount, provider);
        try {
            for (IpcMessage message : messages) {
                write(message);
            }
        } finally {
            messages.forEach(IpcMessage::release);
        }
    }

    /** Writes what stands at the end, and flushes. */
    public void finish() throws IOException {
        Schema begun = begin(new MapDictionaryProvider());
        put(END_OF_STREAM);
        if (isFile) {
            put(FileFooter.write(begun, dictionaryBlocks, batchBlocks));
        }
        out.flush();
    }

    private Schema begin(DictionaryProvider dictionaries) throws IOException {
        if (written == null) {
            written = IpcSchema.messageFormat(schema, dictionaries);
            if (isFile) {
                put(FileFooter.HEAD);
            }
            put(IpcSchema.write(written));
        }
        return written;
    }

    private void write(IpcMessage message) throws IOException {
        long start = position;
        put(message.metadata());
        for (ByteBuf buffer : message.body()) {
            buffer.getBytes(buffer.readerIndex(), out, buffer.readableBytes());
        }
        position += message.bodyLength();
        (message.isDictionary() ? dictionaryBlocks : batchBlocks)
                .add(new ArrowBlock(start, message.metadata().length, message.bodyLength()));
    }

    private void put(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    @Override
    public void close() {
        pinned.close();
    }
}
