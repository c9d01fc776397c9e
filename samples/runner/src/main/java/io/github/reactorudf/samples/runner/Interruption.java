package io.github.reactorudf.samples.runner;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a job clean up when the JVM is told to end, as by Ctrl-C: cancels it and waits for it, for a bounded time. The
 * JVM then ends with the status of the signal, which is 130 for Ctrl-C.
 */
final class Interruption implements AutoCloseable {

    private static final int SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    Interruption(Job job) {
        hook = new Thread(() -> cancel(job), "cancel");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void cancel(Job job) {
        job.cancel();
        try {
            if (!ended.await(SECONDS, TimeUnit.SECONDS)) {
                System.err.println("runner: gave up waiting for the job to end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The job has ended and cleaned up. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook with it: nothing is left to remove.
        }
    }
}
