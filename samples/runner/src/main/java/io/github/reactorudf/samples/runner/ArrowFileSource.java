package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** An Arrow IPC file, which Feather 2 is too; its batches are cut to at most so many rows. */
final class ArrowFileSource implements Source {

    private final Path file;
    private final int batchRows;
    private final BufferAllocator allocator;
    private final Schema schema;

    /** Reads the file's footer; {@code allocator} then holds the batches of each subscription. */
    ArrowFileSource(Path file, int batchRows, BufferAllocator allocator) {
        this.file = file;
        this.batchRows = batchRows;
        this.allocator = allocator;
        this.schema = RecordBatches.schemaOfFile(file);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public Schema declared() {
        return schema;
    }

    @Override
    public long rows() {
        return -1;
    }

    @Override
    public Flux<RecordBatch> batches() {
        return RecordBatches.fromReader(() -> new SlicingReader(open(), batchRows, allocator))
                .onErrorMap(failure -> InputFile.unreadable(file, failure));
    }

    private ArrowReader open() throws IOException {
        return new ArrowFileReader(FileChannel.open(file), allocator);
    }
}
