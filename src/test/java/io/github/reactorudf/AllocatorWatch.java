package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.BufferAllocator;

/** A child allocator that can be waited for until it is empty. */
final class AllocatorWatch implements AllocationListener, AutoCloseable {

    private final BufferAllocator allocator;

    AllocatorWatch(BufferAllocator parent) {
        allocator = parent.newChildAllocator("watched", this, 0, Long.MAX_VALUE);
    }

    BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public synchronized void onRelease(long size) {
        notifyAll();
    }

    synchronized void awaitEmpty() throws InterruptedException {
        long end = System.nanoTime() + Results.LIMIT.toNanos();
        while (allocator.getAllocatedMemory() != 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                assertEquals(0, allocator.getAllocatedMemory(), allocator::toVerboseString);
            }
            wait(left);
        }
    }

    @Override
    public void close() {
        allocator.close();
    }
}
