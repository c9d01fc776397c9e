package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcWriter;
import java.io.IOException;

/** Batches into an open output, as a stream or a file. */
final class StreamSink implements BatchSink {
    private final IpcWriter writer;

    StreamSink(IpcWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(RecordBatch batch) throws IOException {
        BatchDictionaries dictionaries = batch.ownDictionaries();
        writer.write(batch.schema(), batch.columns(), batch.rowCount(), dictionaries, dictionaries.shared());
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public void close() {
        writer.close();
    }
}
