package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A latch between this process and Python's: a named pipe, through which either opens the way for the other by writing
 * a byte. Open at both ends here, so that opening it blocks nobody and no byte is lost.
 */
final class Fifo implements AutoCloseable {

    private final Path path;
    private final RandomAccessFile pipe;

    /** A latch at {@code path}, where there is no file yet. */
    Fifo(Path path) throws IOException, InterruptedException {
        int status = new ProcessBuilder("mkfifo", path.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, status, "mkfifo");
        this.path = path;
        this.pipe = new RandomAccessFile(path.toFile(), "rw");
    }

    /** What Python opens. */
    String name() {
        return path.toString();
    }

    /** Lets one reader pass. */
    void open() {
        try {
            pipe.write('.');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until Python has written. */
    void await() {
        FutureTask<Integer> read = new FutureTask<>(pipe::read);
        Thread reader = new Thread(read, "fifo");
        reader.setDaemon(true);
        reader.start();
        try {
            read.get(Results.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            open();
            throw new AssertionError("Python did not come to " + path.getFileName(), e);
        }
    }

    @Override
    public void close() {
        try {
            pipe.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
