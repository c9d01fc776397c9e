package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.arrow.ArrowMemory;
import io.netty.channel.Channel;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** What the tests of a class share: an allocator, and a runtime of one worker, made when a test first asks for it. */
final class SharedPython implements AutoCloseable {

    private final BufferAllocator root = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
    private final AllocatorWatch memory = new AllocatorWatch(root);

    private @Nullable PythonRuntime runtime;
    private volatile @Nullable Consumer<? super Channel> observer;

    BufferAllocator allocator() {
        return memory.allocator();
    }

    PythonRuntime runtime(PythonRuntime.Builder builder) {
        PythonRuntime current = runtime;
        if (current == null) {
            current = builder.onConnected(this::observe).build();
            runtime = current;
        }
        return current;
    }

    private void observe(Channel channel) {
        Consumer<? super Channel> current = observer;
        if (current != null) {
            current.accept(channel);
        }
    }

    /** The same runtime, with another worker, which is observed until the test ends. */
    PythonRuntime observed(PythonRuntime.Builder builder, Consumer<? super Channel> onConnected) {
        PythonRuntime current = runtime(builder);
        worker(current, WorkerLease::invalidate);
        observer = onConnected;
        return current;
    }

    /** Waits until the worker is free, or one took its place, and nothing is allocated. */
    void awaitIdle() throws InterruptedException {
        if (runtime != null) {
            boolean observed = observer != null;
            observer = null;
            worker(runtime, observed ? WorkerLease::invalidate : WorkerLease::release);
        }
        memory.awaitEmpty();
        assertChildren(runtime == null ? 0 : 1);
    }

    private static void worker(PythonRuntime runtime, Consumer<WorkerLease> whenFree) {
        runtime.acquire(0).doOnNext(whenFree).block(Results.LIMIT);
    }

    private static void assertChildren(int expected) {
        List<ProcessHandle> children = ProcessHandle.current().children().toList();
        assertEquals(expected, children.size(), () -> "child processes: " + children);
    }

    /** Ends the runtime, which must leave no buffer and no process. */
    @Override
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
        assertChildren(0);
        memory.close();
        root.close();
    }
}
