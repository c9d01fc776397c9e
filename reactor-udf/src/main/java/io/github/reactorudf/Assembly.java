package io.github.reactorudf;

import java.util.ArrayList;
import java.util.List;

/**
 * Workers that are asked for together, so that each of them comes to exist: none is given back, and so taken again,
 * before all were asked for. Thread-safe.
 */
final class Assembly {

    private final List<WorkerLease> present = new ArrayList<>();

    private boolean over;

    synchronized void join(WorkerLease lease) {
        if (over) {
            lease.release();
        } else {
            present.add(lease);
        }
    }

    /** All were asked for: gives back those that came, and from now on each that comes. Idempotent. */
    synchronized void disperse() {
        over = true;
        present.forEach(WorkerLease::release);
        present.clear();
    }
}
