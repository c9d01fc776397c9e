package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Another reader's batches, cut to at most so many rows: a file may hold all of its rows in one. Owns the other reader.
 */
final class SlicingReader extends ArrowReader {

    private final ArrowReader whole;
    private final int maxRows;
    private int offset;
    private @Nullable VectorSchemaRoot slice;

    SlicingReader(ArrowReader whole, int maxRows, BufferAllocator allocator) {
        super(allocator);
        this.whole = whole;
        this.maxRows = maxRows;
    }

    @Override
    public VectorSchemaRoot getVectorSchemaRoot() throws IOException {
        if (slice == null) {
            slice = VectorSchemaRoot.create(readSchema(), allocator);
        }
        return slice;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        VectorSchemaRoot batch = whole.getVectorSchemaRoot();
        if (offset >= batch.getRowCount()) {
            if (!whole.loadNextBatch()) {
                return false;
            }
            offset = 0;
        }
        int rows = Math.min(maxRows, batch.getRowCount() - offset);
        if (rows == batch.getRowCount()) {
            load(batch);
        } else {
            try (VectorSchemaRoot part = batch.slice(offset, rows)) {
                load(part);
            }
        }
        offset += rows;
        return true;
    }

    private void load(VectorSchemaRoot rows) throws IOException {
        try (ArrowRecordBatch batch = new VectorUnloader(rows).getRecordBatch()) {
            new VectorLoader(getVectorSchemaRoot()).load(batch);
        }
    }

    @Override
    public Map<Long, Dictionary> getDictionaryVectors() throws IOException {
        return whole.getDictionaryVectors();
    }

    @Override
    public Dictionary lookup(long id) {
        return whole.lookup(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
        return whole.getDictionaryIds();
    }

    @Override
    public long bytesRead() {
        return whole.bytesRead();
    }

    @Override
    public void close(boolean closeReadSource) throws IOException {
        if (slice != null) {
            slice.close();
        }
        whole.close(closeReadSource);
    }

    @Override
    protected void closeReadSource() throws IOException {
        whole.close();
    }

    @Override
    protected Schema readSchema() throws IOException {
        return whole.getVectorSchemaRoot().getSchema();
    }
}
