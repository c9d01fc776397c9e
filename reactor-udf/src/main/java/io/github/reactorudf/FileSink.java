package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches into an Arrow file that appears, whole, when it is finished; until then it is a hidden sibling. */
final class FileSink implements BatchSink {
    private final Path file;
    private final Path part;
    private final OutputStream out;
    private final StreamSink sink;

    private FileSink(Path file, Path part, Schema schema) throws IOException {
        this.file = file;
        this.part = part;
        this.out = new BufferedOutputStream(Files.newOutputStream(part, StandardOpenOption.CREATE_NEW), 1 << 16);
        this.sink = new StreamSink(IpcWriter.file(out, schema));
    }

    static FileSink create(Path file, Schema schema) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("It exists and is no regular file");
        }
        return new FileSink(file, file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID()), schema);
    }

    @Override
    public void write(RecordBatch batch) throws IOException {
        sink.write(batch);
    }

    @Override
    public void finish() throws IOException {
        sink.finish();
        out.close();
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        try (out) {
            sink.close();
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
