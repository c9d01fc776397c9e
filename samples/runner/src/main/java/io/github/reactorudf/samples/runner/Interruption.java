package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a job clean up when the JVM is told to end, as by Ctrl-C: cancels it and waits for it, for a bounded time. The
 * JVM then ends with the status of the signal, which is 130 for Ctrl-C.
 */
final class Interruption {

    private static final int SECONDS = 20;

    private Interruption() {}

    /** Runs {@code job} to its end, or until the JVM is told to end. */
    static void run(Job job) throws IOException, SQLException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> cancel(job, ended), "cancel");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            job.run();
        } finally {
            ended.countDown();
            remove(hook);
        }
    }

    private static void cancel(Job job, CountDownLatch ended) {
        job.cancel();
        try {
            if (!ended.await(SECONDS, TimeUnit.SECONDS)) {
                System.err.println("runner: gave up waiting for the job to end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook with it: nothing is left to remove.
        }
    }
}
