package io.github.reactorudf;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.github.reactorudf.WorkerPlaces.Place;
import io.github.reactorudf.transport.WorkerConnector;
import io.github.reactorudf.worker.Supervisor;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PoolShutdownException;
import reactor.pool.PooledRefMetadata;
import reactor.util.retry.Retry;

/**
 * The pool of workers, which is a pool of connections, and the supervisor behind them: started when the first worker is
 * needed, and again when it was lost. Its clocks are the runtime's, so in real time.
 */
final class WorkerPool {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final int CONNECT_RETRIES = 5;
    private static final Duration CONNECT_BACKOFF = Duration.ofMillis(20);

    /** Of the idle time: so a worker is idle for at most a quarter longer than it may be. */
    private static final int EVICTIONS = 4;

    private final Workers workers;
    private final WorkerPlaces places;
    private final BufferAllocator allocator;
    private final Scheduler scheduler;
    private final Scheduler timer;
    private final int socketBuffer;
    private final Consumer<? super Channel> onConnected;
    private final Set<SupervisedWorkers> supervised = ConcurrentHashMap.newKeySet();
    private final Mono<SupervisedWorkers> current;
    private final InstrumentedPool<Worker> pool;

    /** What is beyond the maximum is not kept. */
    private final InstrumentedPool<Worker> beyond;

    private volatile boolean closed;

    /**
     * @param scheduler runs what blocks
     * @param timer runs what does not
     */
    WorkerPool(
            PythonEnvironment environment,
            Workers workers,
            BufferAllocator allocator,
            Scheduler scheduler,
            Scheduler timer,
            int socketBuffer,
            Consumer<? super Channel> onConnected) {
        this.workers = workers;
        this.places = new WorkerPlaces(workers.maximum(), workers.pendingAcquireMaxCount());
        this.allocator = allocator;
        this.scheduler = scheduler;
        this.timer = timer;
        this.socketBuffer = socketBuffer;
        this.onConnected = onConnected;
        this.current = environment
                .interpreter(scheduler)
                .flatMap(python -> {
                    MemoryCheck.warn(workers);
                    return Supervisor.start(workers.supervisor(python, socketBuffer), scheduler);
                })
                .map(this::keep)
                .cacheInvalidateIf(started -> !started.takesConnections());
        this.pool = sized(this::expendable);
        this.beyond = sized((worker, metadata) -> true);
    }

    private InstrumentedPool<Worker> sized(BiPredicate<Worker, PooledRefMetadata> eviction) {
        PoolBuilder<Worker, ?> builder = PoolBuilder.from(connect())
                .sizeBetween(0, workers.maximum())
                .idleResourceReuseMruOrder()
                .evictionPredicate(eviction)
                .pendingAcquireTimer((task, delay) -> timer.schedule(task, delay.toNanos(), NANOSECONDS))
                .destroyHandler(worker -> Mono.fromRunnable(worker.connection()::close));
        Duration idle = workers.maxIdleTime();
        if (idle != null) {
            builder.evictInBackground(Duration.ofMillis(Math.max(1, idle.toMillis() / EVICTIONS)), timer);
        }
        return builder.buildPool();
    }

    private boolean expendable(Worker worker, PooledRefMetadata metadata) {
        Duration idle = workers.maxIdleTime();
        return !worker.connection().isReusable()
                || !worker.supervisor().takesConnections()
                || (idle != null
                        && metadata.idleTime() > idle.toMillis()
                        && pool.metrics().allocatedSize() > workers.minimum());
    }

    /**
     * A worker, in the order of subscription; cancelling gives up the place.
     *
     * @param held how many workers are held by evaluations that this one's result goes to
     * @return {@link EvaluationRejectedException} if none is to be had in time
     */
    Mono<WorkerLease> acquire(int held) {
        return acquire(held == 0 ? places::queue : places::chain, () -> held == 0 ? tooManyWait() : tooManyHeld(held));
    }

    /** A worker that nobody else waits for, or {@link EvaluationRejectedException} at once. */
    Mono<WorkerLease> acquireFree() {
        return acquire(places::free, () -> new EvaluationRejectedException("no worker is free"));
    }

    /** Whether {@link #acquireFree} would give a worker now. */
    boolean anyFree() {
        return places.anyFree();
    }

    private Mono<WorkerLease> acquire(
            Supplier<@Nullable Place> placing, Supplier<EvaluationRejectedException> rejection) {
        return Mono.defer(() -> {
            Place place = placing.get();
            if (place == null) {
                return Mono.error(rejection.get());
            }
            return (place.isBeyond() ? beyond.acquire() : pool.acquire(workers.pendingAcquireTimeout()))
                    .doOnNext(ref -> place.settle())
                    .doOnError(error -> place.leave())
                    .doOnCancel(place::abandon)
                    .map(ref -> new WorkerLease(ref, place))
                    .onErrorMap(this::explain);
        });
    }

    /** Completes when the minimum of workers is there, and at least one. Cold. */
    Mono<Void> warmUp() {
        return supervised().flatMap(started -> {
            int wanted = Math.max(1, workers.minimum());
            int busy = pool.metrics().acquiredSize();
            return open() >= wanted || busy >= wanted ? Mono.empty() : assemble(wanted - busy);
        });
    }

    /**
     * Takes so many at the same time, so that they exist; each is free again once it is there, whatever the others do.
     */
    private Mono<Void> assemble(int count) {
        return Mono.using(
                        Assembly::new,
                        assembly -> Mono.whenDelayError(Stream.concat(
                                        Stream.generate(() -> acquire(0).doOnNext(assembly::join))
                                                .limit(count),
                                        Stream.of(Mono.fromRunnable(assembly::disperse)))
                                .toList()),
                        Assembly::disperse)
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).get(0));
    }

    private int open() {
        return supervised.stream()
                .filter(SupervisedWorkers::isAlive)
                .mapToInt(SupervisedWorkers::open)
                .sum();
    }

    private Mono<Worker> connect() {
        return supervised()
                .flatMap(SupervisedWorkers::connect)
                .retryWhen(Retry.backoff(CONNECT_RETRIES, CONNECT_BACKOFF)
                        .scheduler(timer)
                        .filter(IOException.class::isInstance)
                        .onRetryExhaustedThrow((retry, signal) -> notConnected(signal.failure())));
    }

    private Mono<SupervisedWorkers> supervised() {
        return Mono.defer(() -> closed ? Mono.error(closed(null)) : current);
    }

    private SupervisedWorkers keep(Supervisor started) {
        Path socket = started.address().unixPath();
        SocketAddress address = socket == null ? started.address().tcpAddress() : WorkerConnector.unix(socket);
        WorkerConnector connector = new WorkerConnector(
                address,
                started.secret(),
                allocator,
                socketBuffer,
                workers.startTimeout(),
                workers.busyWait(),
                onConnected);
        SupervisedWorkers kept = new SupervisedWorkers(started, connector, scheduler);
        supervised.removeIf(known -> !known.isAlive());
        supervised.add(kept);
        if (closed) {
            started.close().subscribe();
        }
        return kept;
    }

    private Throwable explain(Throwable error) {
        if (error instanceof PoolShutdownException) {
            return closed(error);
        }
        if (error instanceof PoolAcquireTimeoutException) {
            return new EvaluationRejectedException(
                    "none of the " + workers.maximum() + " workers became free within "
                            + workers.pendingAcquireTimeout() + ", and " + places.waiting()
                            + " more evaluations wait; raise workers(...) or Workers.pendingAcquireTimeout, or evaluate"
                            + " less at once. The source was not subscribed to",
                    error);
        }
        return error;
    }

    private EvaluationRejectedException tooManyWait() {
        return new EvaluationRejectedException(places.waiting() + " evaluations wait for one of " + workers.maximum()
                + " workers already, each for up to "
                + workers.pendingAcquireTimeout()
                + "; raise workers(...) or Workers.pendingAcquireMaxCount, or evaluate less at once. The source"
                + " was not subscribed to");
    }

    private EvaluationRejectedException tooManyHeld(int held) {
        return new EvaluationRejectedException("evaluations downstream hold " + held
                + " workers until this one ends, and all " + workers.maximum() + " workers and as many beyond them are"
                + " taken; raise workers(...), or apply the transforms directly after one another, which makes them one"
                + " trip to one worker. The source was not subscribed to");
    }

    private static UdfException notConnected(Throwable cause) {
        return new UdfException(
                "no Python worker answers: " + cause.getMessage() + " (tried " + (CONNECT_RETRIES + 1)
                        + " times); the logger python.worker has what it printed",
                cause);
    }

    private static UdfException closed(@Nullable Throwable cause) {
        String message = "the runtime was closed before a worker was free; evaluate on one that is open";
        return cause == null ? new UdfException(message) : new UdfException(message, cause);
    }

    /** Blocks until all processes and connections are gone. */
    void close() {
        closed = true;
        pool.dispose();
        beyond.dispose();
        Mono.whenDelayError(supervised.stream().map(SupervisedWorkers::close).toList())
                .block(CLOSE_TIMEOUT);
    }
}
