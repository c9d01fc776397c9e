package io.github.reactorudf;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is logged while it is open, as the logger of the tests writes it: to standard error. */
final class LogLines implements AutoCloseable {

    private final PrintStream before = System.err;
    private final List<String> lines = new ArrayList<>();

    LogLines() {
        System.setErr(new PrintStream(new Lines(), true, StandardCharsets.UTF_8));
    }

    private final class Lines extends ByteArrayOutputStream {

        @Override
        public synchronized void flush() {
            String text = toString(StandardCharsets.UTF_8);
            int end = text.lastIndexOf('\n') + 1;
            if (end > 0) {
                add(text.substring(0, end).lines().toList());
                reset();
                writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private synchronized void add(List<String> more) {
        lines.addAll(more);
        more.forEach(before::println);
        notifyAll();
    }

    /** The lines so far that contain {@code words}. */
    synchronized List<String> with(String words) {
        return lines.stream().filter(line -> line.contains(words)).toList();
    }

    /** Waits until that many lines contain {@code words}. */
    synchronized void await(String words, int count) {
        long end = System.nanoTime() + Results.LIMIT.toNanos();
        try {
            while (with(words).size() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("not logged: " + words);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
