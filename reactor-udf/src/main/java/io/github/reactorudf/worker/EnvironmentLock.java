package io.github.reactorudf.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to build one environment: in this JVM by a lock, since a file lock is held by the whole JVM, and among JVMs
 * by a lock on a file beside the environment. The file stays: removing it would let two others hold "the" lock.
 */
final class EnvironmentLock {

    private static final ConcurrentHashMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private EnvironmentLock() {}

    /** Runs an action that nobody else runs for this environment meanwhile. Blocks until it is free. */
    static void hold(Path environment, Action action) throws IOException {
        ReentrantLock local = LOCKS.computeIfAbsent(environment, unused -> new ReentrantLock());
        Path file = environment.resolveSibling(environment.getFileName() + ".lock");
        local.lock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            action.run();
        } finally {
            local.unlock();
        }
    }

    /** What is done while the lock is held. */
    interface Action {
        void run() throws IOException;
    }
}
