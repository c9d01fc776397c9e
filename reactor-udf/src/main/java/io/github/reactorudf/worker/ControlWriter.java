package io.github.reactorudf.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes control frames in the order they are given, on a thread of its own: a pipe can block, and who cancels may be
 * on an event loop, so the hand-over takes no lock. Not on a shared scheduler: a cancel must not wait behind the work
 * it is to stop.
 */
final class ControlWriter {

    private final OutputStream out;
    private final Queue<ControlFrame> frames = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    ControlWriter(OutputStream out) {
        this.out = out;
        this.thread = new Thread(this::write, "reactor-udf-control-write");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Writes a frame soon. What cannot be written is dropped: the end of the supervisor is seen by who reads from it.
     */
    void send(ControlFrame frame) {
        if (!closed) {
            frames.add(frame);
            LockSupport.unpark(thread);
        }
    }

    /** Closes the stream after what was sent. Idempotent. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void write() {
        try (out) {
            while (true) {
                boolean last = closed;
                ControlFrame frame = frames.poll();
                if (frame != null) {
                    ControlCodec.write(out, frame);
                } else if (last) {
                    return;
                } else {
                    LockSupport.park(this);
                }
            }
        } catch (IOException e) {
            closed = true;
        }
    }
}
