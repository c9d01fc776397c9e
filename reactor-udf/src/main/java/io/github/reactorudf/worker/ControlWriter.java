package io.github.reactorudf.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Writes control frames in the order they are given, on a thread of its own: a pipe can block, and who cancels may be
 * on an event loop. Not on a shared scheduler: a cancel must not wait behind the work it is to stop.
 */
final class ControlWriter {

    private static final int IDLE_SECONDS = 10;

    private final OutputStream out;
    private final ThreadPoolExecutor thread;

    ControlWriter(OutputStream out) {
        this.out = out;
        this.thread =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread created = new Thread(task, "reactor-udf-control-write");
                    created.setDaemon(true);
                    return created;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Writes a frame soon. What cannot be written is dropped: the end of the supervisor is seen by who reads from it.
     */
    void send(ControlFrame frame) {
        execute(() -> ControlCodec.write(out, frame));
    }

    /** Closes the stream after what was sent. Idempotent. */
    void close() {
        execute(out::close);
        thread.shutdown();
    }

    private void execute(Write write) {
        try {
            thread.execute(() -> {
                try {
                    write.run();
                } catch (IOException e) {
                    thread.shutdown();
                }
            });
        } catch (RejectedExecutionException e) {
            // Closed already.
        }
    }

    private interface Write {
        void run() throws IOException;
    }
}
