package io.github.reactorudf;

import io.github.reactorudf.transport.WorkerConnection;
import io.github.reactorudf.transport.WorkerConnector;
import io.github.reactorudf.worker.Supervisor;
import io.github.reactorudf.worker.WorkerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A supervisor, and the connections that were made through it. Once its socket was deleted it is abandoned: no new
 * connection is made, and it ends with the last of its workers, while another one takes its place.
 */
final class SupervisedWorkers {

    private final Supervisor supervisor;
    private final WorkerConnector connector;
    private final Scheduler scheduler;
    private final Set<WorkerConnection> connections = ConcurrentHashMap.newKeySet();

    /** @param scheduler runs what blocks */
    SupervisedWorkers(Supervisor supervisor, WorkerConnector connector, Scheduler scheduler) {
        this.supervisor = supervisor;
        this.connector = connector;
        this.scheduler = scheduler;
    }

    boolean isAlive() {
        return supervisor.isAlive();
    }

    boolean takesConnections() {
        return supervisor.takesConnections();
    }

    int open() {
        return connections.size();
    }

    /** A new worker. Cold; cancelling, or an error, leaves none behind. */
    Mono<Worker> connect() {
        return Mono.defer(() -> {
                    long connecting = supervisor.connecting();
                    return connector.connect().doOnNext(connection -> keep(connection, connecting));
                })
                .map(connection -> new Worker(connection, supervisor))
                .onErrorResume(
                        IOException.class, error -> abandonUnlessListening().then(Mono.error(error)));
    }

    private void keep(WorkerConnection connection, long connecting) {
        connections.add(connection);
        connection
                .onClose()
                .onErrorComplete()
                .doFinally(signal -> closed(connection))
                .subscribe();
        supervisor.connected(connection.pid(), connecting);
        supervisor.exit(connection.pid()).subscribe(exit -> connection.processEnded());
    }

    private void closed(WorkerConnection connection) {
        connections.remove(connection);
        endIfAbandoned();
    }

    private Mono<Void> abandonUnlessListening() {
        WorkerAddress address = supervisor.address();
        Path socket = address.unixPath();
        return socket == null
                ? Mono.empty()
                : Mono.<Void>fromRunnable(() -> {
                            if (Files.notExists(socket)) {
                                supervisor.abandon();
                                endIfAbandoned();
                            }
                        })
                        .subscribeOn(scheduler);
    }

    private void endIfAbandoned() {
        if (isAlive() && !takesConnections() && connections.isEmpty()) {
            supervisor.close().subscribe();
        }
    }

    /** Ends all processes and connections, and completes when they are gone. Hot. */
    Mono<Void> close() {
        Mono<Void> left = Mono.whenDelayError(
                Set.copyOf(connections).stream().map(SupervisedWorkers::close).toList());
        return supervisor.close().then(left);
    }

    /** Closes a connection and waits until its event loop did what follows from that. */
    private static Mono<Void> close(WorkerConnection connection) {
        connection.close();
        return connection.onClose().onErrorComplete().then(Mono.create(sink -> connection
                .eventLoop()
                .execute(sink::success)));
    }
}
