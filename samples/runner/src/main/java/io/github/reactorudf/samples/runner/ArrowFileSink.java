package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** Writes batches to an Arrow IPC file, as they come. */
final class ArrowFileSink implements Sink {

    @Override
    public long write(Flux<RecordBatch> batches, Schema schema, Path file) {
        AtomicLong rows = new AtomicLong();
        RecordBatches.writeFile(batches.doOnNext(batch -> rows.addAndGet(batch.rowCount())), schema, file)
                .block();
        return rows.get();
    }
}
