package io.github.reactorudf;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Waits for a worker of the pool. A worker that comes while it is being cancelled is handed on all the same, for the
 * receiver to give back: Reactor's own subscribers would drop it.
 */
final class WorkerAcquisition implements CoreSubscriber<WorkerLease> {

    private final Consumer<WorkerLease> acquired;
    private final Consumer<Throwable> failed;
    private final Context context;

    private volatile @Nullable Subscription subscription;
    private volatile boolean cancelled;

    WorkerAcquisition(Consumer<WorkerLease> acquired, Consumer<Throwable> failed, Context context) {
        this.acquired = acquired;
        this.failed = failed;
        this.context = context;
    }

    /** Gives up the place in the queue; idempotent, any thread, also before it was subscribed. */
    void cancel() {
        cancelled = true;
        Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription acquisition) {
        subscription = acquisition;
        if (cancelled) {
            acquisition.cancel();
        } else {
            acquisition.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(WorkerLease lease) {
        acquired.accept(lease);
    }

    @Override
    public void onError(Throwable error) {
        if (cancelled) {
            Operators.onErrorDropped(error, context);
        } else {
            failed.accept(error);
        }
    }

    @Override
    public void onComplete() {}
}
