package io.github.reactorudf;

import io.github.reactorudf.arrow.BatchSource;
import io.github.reactorudf.arrow.DecodedBatch;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** A {@link BatchSource} as a cold {@code Flux}: one read for each batch requested, on the requesting thread. */
final class BatchReading {
    private final BatchSource source;
    private final String name;

    private BatchReading(BatchSource source, String name) {
        this.source = source;
        this.name = name;
    }

    /**
     * A source for each subscription.
     *
     * @param name what is read, for the messages of errors
     */
    static Flux<RecordBatch> of(Callable<BatchSource> source, String name) {
        // Hidden: a fused operator reads by poll(), which a cancel from another thread does not wait for before it
        // closes.
        return Flux.generate(() -> open(source, name), BatchReading::next, BatchReading::close)
                .hide();
    }

    private static BatchReading open(Callable<BatchSource> source, String name) {
        try {
            return new BatchReading(source.call(), name);
        } catch (Exception e) {
            throw failure(name, e);
        }
    }

    private BatchReading next(SynchronousSink<RecordBatch> sink) {
        try {
            DecodedBatch batch = source.next();
            if (batch == null) {
                sink.complete();
            } else {
                sink.next(RecordBatch.of(batch));
            }
        } catch (Exception e) {
            sink.error(failure(name, e));
        }
        return this;
    }

    private void close() {
        try {
            source.close();
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    static UdfException failure(String name, Exception cause) {
        return new UdfException("Cannot read " + name + ": " + reason(cause), cause);
    }

    /** What the innermost cause says: those around it often say only its name. */
    static String reason(Throwable error) {
        Throwable innermost = error;
        while (!(innermost instanceof UdfException) && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null || error instanceof FileSystemException ? error.toString() : message;
    }
}
