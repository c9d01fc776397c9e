package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Reads an Arrow IPC file by its footer: all dictionaries first, then the batches in order. */
public final class IpcFileReader implements BatchSource {
    private final FileChannel channel;
    private final MessageInput input;
    private final BufferAllocator allocator;
    private final IpcDecoder decoder;
    private final Footer footer;
    private final long end;
    private boolean dictionariesRead;
    private int batch;

    private IpcFileReader(FileChannel channel, BufferAllocator allocator) throws IOException {
        this.channel = channel;
        this.input = new MessageInput(channel);
        this.allocator = allocator;
        ByteBuffer bytes = FileFooter.read(channel);
        this.end = channel.size() - FileFooter.TRAILER - bytes.remaining();
        this.footer = Footer.getRootAsFooter(bytes);
        this.decoder = new IpcDecoder(FileFooter.schema(footer, bytes.remaining()), allocator, true);
    }

    /** Opens {@code file} and reads its footer. */
    public static IpcFileReader open(Path file, BufferAllocator allocator) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new IpcFileReader(channel, allocator);
        } catch (IndexOutOfBoundsException e) {
            channel.close();
            throw new ProtocolException("Its footer is malformed: " + e, e);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** The schema, in message format, of {@code file}. */
    public static Schema schema(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = FileFooter.read(channel);
            return FileFooter.schema(Footer.getRootAsFooter(bytes), bytes.remaining());
        } catch (IndexOutOfBoundsException e) {
            throw new ProtocolException("Its footer is malformed: " + e, e);
        }
    }

    @Override
    public @Nullable DecodedBatch next() throws IOException {
        if (!dictionariesRead) {
            dictionariesRead = true;
            for (int i = 0; i < footer.dictionariesLength(); i++) {
                DecodedBatch none = read(footer.dictionaries(i));
                if (none != null) {
                    none.close();
                    throw new ProtocolException("Its footer says that dictionary " + i + " is a batch");
                }
            }
        }
        if (batch == footer.recordBatchesLength()) {
            return null;
        }
        DecodedBatch read = read(footer.recordBatches(batch));
        if (read == null) {
            throw new ProtocolException("Its footer says that batch " + batch + " is a dictionary");
        }
        batch++;
        return read;
    }

    private @Nullable DecodedBatch read(Block block) throws IOException {
        long start = block.offset();
        long length = (long) block.metaDataLength() + block.bodyLength();
        if (start < 0 || block.metaDataLength() <= 0 || block.bodyLength() < 0 || start > end || length > end - start) {
            throw new ProtocolException(
                    "Its footer points at " + length + " bytes at " + start + ", outside of the file");
        }
        channel.position(start);
        ByteBuffer metadata = input.metadata(block.metaDataLength());
        MessageInput.Announced announced = MessageInput.announced(metadata);
        if (announced.bodyLength() != block.bodyLength()) {
            throw new ProtocolException("Its footer says that a body has " + block.bodyLength() + " bytes, its message "
                    + announced.bodyLength());
        }
        return announced.decode(metadata, input, decoder, allocator);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            decoder.close();
        }
    }
}
