package io.github.reactorudf.benchmarks;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads of clients that block. */
final class Threads {

    private Threads() {}

    static ExecutorService pool(String name) {
        return Executors.newCachedThreadPool(run -> {
            Thread thread = new Thread(run, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Where a client writes that reads on its caller's thread: there too if it is one batch, which needs no hand-over.
     */
    static Executor forWriting(Scenario scenario, ExecutorService writers) {
        return scenario.mode() == Scenario.Mode.STREAM ? writers : Runnable::run;
    }
}
