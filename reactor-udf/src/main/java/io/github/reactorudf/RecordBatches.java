package io.github.reactorudf;

import io.github.reactorudf.arrow.DecodedBatch;
import io.github.reactorudf.arrow.IpcFileReader;
import io.github.reactorudf.arrow.IpcStreamReader;
import io.github.reactorudf.arrow.IpcWriter;
import io.github.reactorudf.arrow.ReaderSource;
import io.github.reactorudf.arrow.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Makes {@link RecordBatch}es of other things, and other things of them. */
public final class RecordBatches {
    private RecordBatches() {}

    /**
     * A function that uses a batch and closes it, whether {@code use} returns or throws: for {@code map} and the like,
     * which would leak a batch that their function failed on.
     *
     * @param use must not give the batch away, nor return it or anything that is only lent, such as a column
     * @return throws {@link IllegalStateException} if {@code use} returns the batch itself
     */
    public static <R> Function<RecordBatch, R> closing(Function<? super RecordBatch, ? extends R> use) {
        return batch -> {
            try (batch) {
                R result = use.apply(batch);
                if (result == batch) {
                    throw new IllegalStateException(
                            "The function given to closing(…) returned its batch, which is closed"
                                    + " after it. Return share() or select(…) of it, or don't use closing(…).");
                }
                return result;
            }
        };
    }

    /**
     * Moves the columns of {@code root} into a batch, without a copy. The root stays the caller's, with no rows, and
     * can be filled again.
     *
     * @throws IllegalArgumentException if a column is dictionary-encoded; use {@link #fromReader}
     */
    public static RecordBatch from(VectorSchemaRoot root) {
        new BatchDictionaries(root.getSchema().getFields(), Map.of()); // Refuses before anything is moved.
        int rowCount = root.getRowCount();
        return RecordBatch.of(new DecodedBatch(root.getSchema(), rowCount, ReaderSource.take(root), Map.of()));
    }

    /**
     * Closes {@code batch} and gives its columns, without a copy, to a root that the caller closes. Where a column is
     * shared with another batch it is to be read only.
     *
     * @throws IllegalArgumentException if a column is dictionary-encoded, since a root can't carry the dictionary; the
     *     batch is closed
     */
    public static VectorSchemaRoot toVectorSchemaRoot(RecordBatch batch) {
        try (batch) {
            if (!batch.dictionaries().getDictionaryIds().isEmpty()) {
                throw new IllegalArgumentException(
                        "The batch has dictionary-encoded columns, which would lose their dictionaries; decode them first");
            }
            List<FieldVector> columns = new ArrayList<>();
            for (FieldVector column : batch.columns()) {
                columns.add(Vectors.view(column, column.getField()));
            }
            return new VectorSchemaRoot(batch.schema(), columns, batch.rowCount());
        }
    }

    /**
     * The batches of an Arrow reader, such as DuckDB's {@code arrowExportStream} gives.
     *
     * <p>Cold: each subscription calls {@code reader}, reads one batch for each requested, on the thread that requests
     * it (blocking, as far as the reader does), and closes the reader at the end, on an error and on cancel.
     *
     * <p><b>Errors:</b> {@link UdfException}, with the reader's as its cause.
     */
    public static Flux<RecordBatch> fromReader(Callable<? extends ArrowReader> reader) {
        return BatchReading.of(() -> new ReaderSource(reader.call()), "from the Arrow reader");
    }

    /**
     * The batches of an Arrow IPC file, uncompressed.
     *
     * <p>Cold: each subscription opens the file, reads one batch for each requested, blocking the thread that requests
     * it (use {@code subscribeOn} where it must not block), and closes the file at the end, on an error and on cancel.
     *
     * <p><b>Errors:</b> {@link UdfException}, which names the file, if it can't be read or is not what it should be.
     *
     * @param allocator where the batches' memory comes from
     */
    public static Flux<RecordBatch> readFile(Path file, BufferAllocator allocator) {
        return BatchReading.of(() -> IpcFileReader.open(file, allocator), file.toString());
    }

    /**
     * The batches of an Arrow IPC stream, uncompressed; demand, threads and errors as with {@link #readFile}.
     *
     * @param stream called by each subscription, which closes what it gives
     * @param allocator where the batches' memory comes from
     */
    public static Flux<RecordBatch> readStream(Callable<? extends InputStream> stream, BufferAllocator allocator) {
        return BatchReading.of(() -> new IpcStreamReader(stream.call(), allocator), "the Arrow stream");
    }

    /**
     * The schema of an Arrow IPC file; blocks. A dictionary-encoded field has the type of its values here, where the
     * schema of a batch has that of its indexes.
     *
     * @throws UdfException if it can't be read; names the file
     */
    public static Schema schemaOfFile(Path file) {
        try {
            return IpcFileReader.schema(file);
        } catch (IOException | RuntimeException e) {
            throw BatchReading.failure(file.toString(), e);
        }
    }

    /**
     * Writes an Arrow IPC file. It appears, whole, when all is written, and replaces what was there; a write that fails
     * or is cancelled leaves no file, and what was there stays.
     *
     * <p>Cold. Batches are requested one at a time, on {@link Schedulers#boundedElastic()}, where all writing is done.
     *
     * <p><b>Ownership:</b> each batch is closed when it is written, or is not going to be.
     *
     * <p><b>Errors:</b> the Flux's own; {@link UdfException}, which names the file, if it can't be written, a batch has
     * another schema, or a dictionary changes its values (a file holds one for all batches).
     *
     * @param schema the batches', also if there are none
     */
    public static Mono<Void> writeFile(Flux<RecordBatch> batches, Schema schema, Path file) {
        return BatchWriting.of(
                batches, () -> FileSink.create(file, schema), file.toString(), Schedulers.boundedElastic());
    }

    /**
     * Writes an Arrow IPC stream; demand, threads, ownership and errors as with {@link #writeFile}, but dictionaries
     * may change.
     *
     * @param out flushed at the end, never closed
     */
    public static Mono<Void> writeStream(Flux<RecordBatch> batches, Schema schema, OutputStream out) {
        return BatchWriting.of(
                batches,
                () -> new StreamSink(IpcWriter.stream(out, schema)),
                "the Arrow stream",
                Schedulers.boundedElastic());
    }
}
