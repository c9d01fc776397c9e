package io.github.reactorudf;

import io.github.reactorudf.DemandFunction.Span;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.BigIntVector;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;

/** Asks as its scenario says, compares each batch with what is expected, and closes it. */
final class DemandSubscriber implements CoreSubscriber<RecordBatch> {

    private static final int MOST_AT_ONCE = 3;

    private final DemandScenario scenario;
    private final List<Span> expected;
    private final Random random;
    private final Scheduler elsewhere;
    private final Runnable onResult;

    private final AtomicLong requested = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Subscription subscription;
    private volatile boolean cancelled;
    private volatile boolean completed;
    private volatile @Nullable Throwable error;
    private volatile @Nullable String mismatch;
    private volatile int received;

    /**
     * @param elsewhere where demand comes from that does not come from {@code onNext}
     * @param onResult is told of each batch
     */
    DemandSubscriber(
            DemandScenario scenario, List<Span> expected, Random random, Scheduler elsewhere, Runnable onResult) {
        this.scenario = scenario;
        this.expected = expected;
        this.random = random;
        this.elsewhere = elsewhere;
        this.onResult = onResult;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        switch (scenario.demand()) {
            case UNBOUNDED -> request(Long.MAX_VALUE);
            case ONE_BY_ONE -> request(1);
            case IN_CHUNKS -> requestMore();
            case WITHHELD -> {}
        }
    }

    /** Upstream gave all that can be sent while nothing is asked for. */
    void filled() {
        if (scenario.demand() == DemandScenario.Demand.WITHHELD) {
            requestMore();
        }
    }

    private void requestMore() {
        int n = 1 + random.nextInt(MOST_AT_ONCE);
        elsewhere.schedule(() -> request(n));
    }

    private void request(long n) {
        requested.addAndGet(n);
        Subscription current = subscription;
        if (current != null) {
            current.request(n);
        }
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // Signals are serial.
    public void onNext(RecordBatch batch) {
        int index = received;
        try (batch) {
            if (!cancelled) {
                compare(index, batch);
            }
        }
        received = index + 1;
        onResult.run();
        if (scenario.cancel() == DemandScenario.Cancel.AT_OUTPUT && index == scenario.cancelAt()) {
            cancel();
        } else if (scenario.demand() == DemandScenario.Demand.ONE_BY_ONE) {
            request(1);
        } else if (received == requested.get()) {
            requestMore();
        }
    }

    private void compare(int index, RecordBatch batch) {
        if (mismatch != null) {
            return;
        }
        if (received >= requested.get()) {
            mismatch = "output " + index + " was not asked for";
        } else if (completed || error != null) {
            mismatch = "output " + index + " came after the end";
        } else if (index >= expected.size()) {
            mismatch = "output " + index + " is one too many";
        } else {
            Span span = expected.get(index);
            mismatch = difference(index, batch, "x", span);
            if (mismatch == null && scenario.function().rowAligned()) {
                mismatch = difference(index, batch, "y", span.plus(1));
            }
        }
    }

    private static @Nullable String difference(int index, RecordBatch batch, String name, Span span) {
        BigIntVector values = (BigIntVector) batch.column(name);
        if (batch.rowCount() != span.rows()) {
            return "output " + index + " has " + batch.rowCount() + " rows, not " + span.rows();
        }
        for (int row = 0; row < span.rows(); row++) {
            if (values.isNull(row) || values.get(row) != span.first() + row) {
                return "output " + index + " has " + values.getObject(row) + " in row " + row + " of " + name + ", not "
                        + (span.first() + row);
            }
        }
        return null;
    }

    void cancel() {
        cancelled = true;
        Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
        over.countDown();
    }

    @Override
    public void onError(Throwable failure) {
        if (completed || error != null) {
            mismatch = "a second end: " + failure;
        }
        error = failure;
        over.countDown();
    }

    @Override
    public void onComplete() {
        if (completed || error != null) {
            mismatch = "a second end";
        }
        completed = true;
        over.countDown();
    }

    /** What was asked for so far. */
    long requested() {
        return requested.get();
    }

    /** Opens at the end, or at the cancel. */
    CountDownLatch over() {
        return over;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean completed() {
        return completed;
    }

    @Nullable
    Throwable error() {
        return error;
    }

    int received() {
        return received;
    }

    /** What is not as it should be; null for nothing. */
    @Nullable
    String mismatch() {
        return mismatch;
    }

    @Override
    public String toString() {
        return "downstream asked for " + requested + ", received " + received + " of " + expected.size()
                + ", cancelled " + cancelled + ", completed " + completed + ", error " + error;
    }
}
