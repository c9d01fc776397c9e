package io.github.reactorudf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * What the attempts of a {@link ReplayedEvaluation} read, one attempt after another: upstream, which is subscribed to
 * once, and before it a share of each batch that the attempt before was given and had not answered.
 *
 * <p>An attempt asks for one batch at a time; upstream is asked for one only when there is none to be given again, and
 * not while it owes one that an earlier attempt asked for. Signals to the attempt are serial: whoever finds nobody
 * emitting emits.
 */
final class ReplaySource extends Flux<RecordBatch> implements CoreSubscriber<RecordBatch> {

    private final Flux<RecordBatch> source;
    private final Consumer<Throwable> onFailure;

    /** To be given to the attempt. */
    private final Deque<RecordBatch> waiting = new ArrayDeque<>();

    /** Given to the attempt, and not answered. */
    private final Deque<RecordBatch> given = new ArrayDeque<>();

    private @Nullable Reader reader;
    private @Nullable Subscription upstream;
    private @Nullable Throwable failure;
    private Context context = Context.empty();
    private long answered;
    private boolean subscribed;
    private boolean asked;
    private boolean completed;
    private boolean emitting;
    private boolean closed;

    /** @param onFailure is told of an error of upstream, at once */
    ReplaySource(Flux<RecordBatch> source, Consumer<Throwable> onFailure) {
        this.source = source;
        this.onFailure = onFailure;
    }

    /** An attempt's subscription. */
    private final class Reader implements Subscription {

        final CoreSubscriber<? super RecordBatch> actual;
        long requested;
        boolean completed;

        Reader(CoreSubscriber<? super RecordBatch> actual) {
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            synchronized (ReplaySource.this) {
                requested = Operators.addCap(requested, n);
            }
            drain();
        }

        @Override
        public void cancel() {
            synchronized (ReplaySource.this) {
                if (reader == this) {
                    reader = null;
                }
            }
        }
    }

    @Override
    public void subscribe(CoreSubscriber<? super RecordBatch> actual) {
        Reader next = new Reader(actual);
        boolean first;
        synchronized (this) {
            while (!given.isEmpty()) {
                waiting.addFirst(given.removeLast());
            }
            first = !subscribed;
            subscribed = true;
            if (first) {
                context = actual.currentContext();
            }
            reader = closed ? null : next;
        }
        actual.onSubscribe(next);
        if (first) {
            source.subscribe(this);
        }
    }

    /** The result of the oldest batch that was given is on its way downstream. */
    synchronized void answer() {
        answered++;
        RecordBatch oldest = given.poll();
        if (oldest != null) {
            oldest.close();
        }
    }

    /** How many batches were answered. */
    synchronized long answered() {
        return answered;
    }

    /** How many batches were given and not answered. */
    synchronized int unanswered() {
        return given.size();
    }

    /** The error of upstream. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Cancels upstream and releases what is held; idempotent. */
    void close() {
        List<RecordBatch> left;
        Subscription current;
        synchronized (this) {
            closed = true;
            reader = null;
            current = upstream;
            left = new ArrayList<>(given);
            left.addAll(waiting);
            given.clear();
            waiting.clear();
        }
        left.forEach(RecordBatch::close);
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        boolean ended;
        synchronized (this) {
            if (!Operators.validate(upstream, subscription)) {
                return;
            }
            upstream = subscription;
            ended = closed;
        }
        if (ended) {
            subscription.cancel();
        } else {
            drain();
        }
    }

    @Override
    public void onNext(RecordBatch batch) {
        boolean unasked;
        boolean ended;
        synchronized (this) {
            unasked = !asked;
            ended = closed;
            asked = false;
            if (!unasked && !ended) {
                waiting.add(batch);
            }
        }
        if (unasked || ended) {
            batch.close();
        }
        if (unasked && !ended) {
            onError(new IllegalStateException("upstream emitted more batches than were requested"));
        }
        drain();
    }

    @Override
    public void onError(Throwable error) {
        boolean dropped;
        synchronized (this) {
            dropped = closed || failure != null;
            if (!dropped) {
                failure = error;
            }
        }
        if (dropped) {
            Operators.onErrorDropped(error, context);
        } else {
            onFailure.accept(error);
        }
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            completed = true;
        }
        drain();
    }

    private void drain() {
        while (true) {
            Reader current;
            Subscription ask = null;
            RecordBatch share = null;
            synchronized (this) {
                current = reader;
                if (emitting || current == null) {
                    return;
                }
                if (current.requested > 0 && !waiting.isEmpty()) {
                    current.requested--;
                    share = waiting.element().share();
                    given.add(waiting.remove());
                } else if (waiting.isEmpty() && completed && !current.completed) {
                    current.completed = true;
                } else if (current.requested > 0 && !completed && !asked && upstream != null) {
                    asked = true;
                    ask = upstream;
                } else {
                    return;
                }
                emitting = ask == null;
            }
            if (ask != null) {
                ask.request(1);
                continue;
            }
            if (share != null) {
                current.actual.onNext(share);
            } else {
                current.actual.onComplete();
            }
            synchronized (this) {
                emitting = false;
            }
        }
    }
}
