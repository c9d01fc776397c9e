package io.github.reactorudf;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * What the lanes of a {@link ParallelEvaluation} read: upstream, which is subscribed to once, by the first lane. Each
 * batch goes to the lane that asked first of those that may have more.
 *
 * <p>Upstream is asked for one batch at a time, while a lane asks, on a thread of its own: so no lane's encoding waits
 * for another's batch to be read. Signals to lanes are serial: whoever finds nobody emitting emits.
 */
final class DividedSource implements CoreSubscriber<RecordBatch> {

    private final Flux<RecordBatch> source;
    private final Scheduler.Worker requester;
    private final Predicate<Lane> mayHaveMore;
    private final Consumer<Lane> onGive;
    private final Runnable onWait;
    private final Consumer<Throwable> onFailure;
    private final Set<Part> reading = new LinkedHashSet<>();
    private final Queue<Part> asking = new ArrayDeque<>();

    /** Came, and is not yet given to a lane. */
    private @Nullable RecordBatch arrived;

    private @Nullable Subscription upstream;
    private Context context = Context.empty();
    private long given;
    private boolean subscribed;
    private boolean asked;
    private boolean ended;
    private boolean emitting;
    private boolean closed;

    /**
     * @param mayHaveMore whether a lane that asks may be given a batch; {@link #drain} is called when it changes
     * @param onGive is told of each lane that is about to be given a batch, in the order of batches
     * @param onWait is told that a batch came for which there is no lane yet
     * @param onFailure is told of an error of upstream, at once
     */
    DividedSource(
            Flux<RecordBatch> source,
            Scheduler scheduler,
            Predicate<Lane> mayHaveMore,
            Consumer<Lane> onGive,
            Runnable onWait,
            Consumer<Throwable> onFailure) {
        this.source = source;
        this.requester = scheduler.createWorker();
        this.mayHaveMore = mayHaveMore;
        this.onGive = onGive;
        this.onWait = onWait;
        this.onFailure = onFailure;
    }

    /** The batches that one lane asks for. */
    final class Part extends Flux<RecordBatch> implements Subscription {

        private final Lane lane;
        private @Nullable CoreSubscriber<? super RecordBatch> actual;

        Part(Lane lane) {
            this.lane = lane;
        }

        @Override
        public void subscribe(CoreSubscriber<? super RecordBatch> subscriber) {
            actual = subscriber;
            subscriber.onSubscribe(this);
            enter(this, subscriber.currentContext());
        }

        @Override
        public void request(long n) {
            synchronized (DividedSource.this) {
                for (long i = 0; i < n && !closed; i++) {
                    asking.add(this);
                }
            }
            drain();
        }

        @Override
        public void cancel() {
            synchronized (DividedSource.this) {
                reading.remove(this);
                asking.removeIf(part -> part == this);
            }
        }
    }

    private void enter(Part part, Context partContext) {
        boolean first;
        synchronized (this) {
            first = !subscribed;
            subscribed = true;
            if (first) {
                context = partContext;
            }
            if (!closed) {
                reading.add(part);
            }
        }
        if (first) {
            onRequester(() -> source.subscribe(this));
        } else {
            drain();
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        boolean over;
        synchronized (this) {
            if (!Operators.validate(upstream, subscription)) {
                return;
            }
            upstream = subscription;
            over = ended || closed;
        }
        if (over) {
            subscription.cancel();
        } else {
            drain();
        }
    }

    @Override
    public void onNext(RecordBatch batch) {
        boolean unasked;
        boolean over;
        synchronized (this) {
            unasked = !asked;
            over = ended || closed;
            asked = false;
            if (!unasked && !over) {
                arrived = batch;
            }
        }
        if (unasked || over) {
            batch.close();
        }
        if (unasked && !over) {
            onError(new IllegalStateException("upstream emitted more batches than were requested"));
        }
        drain();
        if (waits()) {
            onWait.run();
            // The worker for which it was kept may be gone by now.
            drain();
        }
    }

    /** Whether a batch has come that no lane may have yet. */
    synchronized boolean waits() {
        return arrived != null;
    }

    @Override
    public void onError(Throwable error) {
        boolean over;
        synchronized (this) {
            over = ended || closed;
            ended = true;
        }
        if (over) {
            Operators.onErrorDropped(error, context);
        } else {
            onFailure.accept(error);
        }
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            ended = true;
        }
        drain();
    }

    /** Cancels upstream; to the lanes that were given batches it is the end of the stream. */
    void end() {
        RecordBatch left;
        Subscription current;
        synchronized (this) {
            ended = true;
            left = arrived;
            arrived = null;
            current = upstream;
        }
        release(left, current);
        drain();
    }

    /** Cancels upstream and gives nothing more to any lane; idempotent. */
    void close() {
        RecordBatch left;
        Subscription current;
        synchronized (this) {
            closed = true;
            reading.clear();
            asking.clear();
            left = arrived;
            arrived = null;
            current = upstream;
        }
        release(left, current);
        // As a task: disposing from outside would interrupt a source that reads a file.
        onRequester(requester::dispose);
    }

    private static void release(@Nullable RecordBatch left, @Nullable Subscription current) {
        if (left != null) {
            left.close();
        }
        if (current != null) {
            current.cancel();
        }
    }

    /** Gives what there is to give. A lane that was given no batch is told nothing: it is not needed. Any thread. */
    void drain() {
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
            synchronized (this) {
                emitting = false;
            }
        }
    }

    /** What to do next, while nobody else does something; null if there is nothing. */
    private synchronized @Nullable Runnable next() {
        if (emitting) {
            return null;
        }
        RecordBatch batch = arrived;
        if (batch != null) {
            Part to = asking.stream()
                    .filter(part -> mayHaveMore.test(part.lane))
                    .findFirst()
                    .orElse(null);
            if (to == null) {
                return null;
            }
            asking.remove(to);
            arrived = null;
            emitting = true;
            return () -> give(to, batch);
        }
        if (ended) {
            List<Part> complete =
                    reading.stream().filter(part -> part.lane.participates()).toList();
            reading.clear();
            asking.clear();
            emitting = !complete.isEmpty();
            return complete.isEmpty()
                    ? null
                    : () -> complete.forEach(part -> actual(part).onComplete());
        }
        Subscription current = upstream;
        if (current != null && !asked && !closed && !asking.isEmpty()) {
            asked = true;
            emitting = true;
            return () -> onRequester(() -> current.request(1));
        }
        return null;
    }

    private void give(Part part, RecordBatch batch) {
        part.lane.given(given++);
        onGive.accept(part.lane);
        actual(part).onNext(batch);
    }

    private static CoreSubscriber<? super RecordBatch> actual(Part part) {
        CoreSubscriber<? super RecordBatch> subscriber = part.actual;
        if (subscriber == null) {
            throw new IllegalStateException("nobody reads this part");
        }
        return subscriber;
    }

    private void onRequester(Runnable task) {
        try {
            requester.schedule(task);
        } catch (RejectedExecutionException e) {
            synchronized (this) {
                if (closed) {
                    return;
                }
            }
            onFailure.accept(e);
        }
    }
}
