package io.github.reactorudf.arrow;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.FieldVector;

/**
 * A vector with several owners, closed by the last of them to release it. Thread-safe in its count; the vector itself
 * is to be read only, since every owner sees it.
 */
public class SharedVector {
    private final FieldVector vector;
    private final AtomicInteger owners = new AtomicInteger(1);

    /** Takes ownership of {@code vector}; the caller is the first owner. */
    public SharedVector(FieldVector vector) {
        this.vector = vector;
    }

    /** The vector, for as long as the caller is an owner. */
    public final FieldVector vector() {
        return vector;
    }

    /**
     * Adds an owner.
     *
     * @throws IllegalStateException if there is none left
     */
    public final void retain() {
        if (owners.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("The vector was released by its last owner");
        }
    }

    /** Gives up the caller's ownership. */
    public final void release() {
        int left = owners.decrementAndGet();
        if (left == 0) {
            vector.close();
        } else if (left < 0) {
            throw new IllegalStateException("The vector was released more often than it was owned");
        }
    }
}
