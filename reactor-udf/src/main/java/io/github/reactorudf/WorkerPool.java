package io.github.reactorudf;

import io.github.reactorudf.transport.WorkerConnection;
import io.github.reactorudf.transport.WorkerConnector;
import io.github.reactorudf.worker.Supervisor;
import io.github.reactorudf.worker.SupervisorSettings;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolBuilder;
import reactor.pool.PoolShutdownException;
import reactor.pool.PooledRef;

/**
 * The pool of workers, which is a pool of connections, and the supervisor behind them: started when the first worker is
 * needed, and again when it was lost.
 */
final class WorkerPool {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Set<Supervisor> supervisors = ConcurrentHashMap.newKeySet();
    private final Set<WorkerConnection> connections = ConcurrentHashMap.newKeySet();
    private final BufferAllocator allocator;
    private final int socketBuffer;
    private final Consumer<? super Channel> onConnected;
    private final Mono<Supervisor> supervisor;
    private final InstrumentedPool<Worker> pool;

    private volatile boolean closed;

    WorkerPool(
            PythonEnvironment environment,
            Workers workers,
            BufferAllocator allocator,
            Scheduler scheduler,
            int socketBuffer,
            Consumer<? super Channel> onConnected) {
        this.allocator = allocator;
        this.socketBuffer = socketBuffer;
        this.onConnected = onConnected;
        this.supervisor = environment
                .interpreter(scheduler)
                .flatMap(python -> Supervisor.start(
                        new SupervisorSettings(python, workers.tcp(), socketBuffer).withWorkers(workers.count()),
                        scheduler))
                .doOnNext(this::keep)
                .cacheInvalidateIf(started -> !started.isAlive());
        this.pool = PoolBuilder.from(supervisor.flatMap(this::connect))
                .sizeBetween(0, workers.count())
                .evictionPredicate((worker, metadata) -> !worker.connection().isOpen())
                .destroyHandler(worker -> Mono.fromRunnable(worker.connection()::close))
                .buildPool();
    }

    /** A worker, in the order of subscription; cancelling gives up the place. */
    Mono<PooledRef<Worker>> acquire() {
        return pool.acquire()
                .onErrorMap(
                        PoolShutdownException.class,
                        e -> new UdfException(
                                "the runtime was closed before a worker was free; evaluate on one that is open", e));
    }

    private Mono<Worker> connect(Supervisor started) {
        SocketAddress address = started.address().unixPath() == null
                ? started.address().tcpAddress()
                : WorkerConnector.unix(started.address().unixPath());
        return new WorkerConnector(address, started.secret(), allocator, socketBuffer, onConnected)
                .connect()
                .doOnNext(this::keep)
                .map(connection -> new Worker(connection, started));
    }

    private void keep(Supervisor started) {
        supervisors.removeIf(known -> !known.isAlive());
        supervisors.add(started);
        if (closed) {
            started.close().subscribe();
        }
    }

    private void keep(WorkerConnection connection) {
        connections.add(connection);
        connection
                .onClose()
                .subscribe(null, error -> connections.remove(connection), () -> connections.remove(connection));
    }

    /** Blocks until all processes and connections are gone. */
    void close() {
        closed = true;
        pool.dispose();
        Mono<Void> ended =
                Mono.whenDelayError(supervisors.stream().map(Supervisor::close).toList());
        Mono<Void> left = Mono.whenDelayError(
                Set.copyOf(connections).stream().map(WorkerPool::close).toList());
        ended.then(left).block(CLOSE_TIMEOUT);
    }

    /** Closes a connection and waits until its event loop did what follows from that. */
    private static Mono<Void> close(WorkerConnection connection) {
        connection.close();
        return connection.onClose().onErrorComplete().then(Mono.create(sink -> connection
                .eventLoop()
                .execute(sink::success)));
    }
}
