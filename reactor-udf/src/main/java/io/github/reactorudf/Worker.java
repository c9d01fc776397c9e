package io.github.reactorudf;

import io.github.reactorudf.transport.WorkerConnection;
import io.github.reactorudf.worker.Supervisor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A worker: its connection, what it prepared, and the supervisor that can signal it. */
record Worker(WorkerConnection connection, Preparations preparations, Supervisor supervisor) {

    Worker(WorkerConnection connection, Supervisor supervisor) {
        this(connection, new Preparations(connection), supervisor);
    }

    /** The event loop of the connection. */
    Scheduler loop() {
        return Schedulers.fromExecutorService(connection.eventLoop());
    }

    /** Where Python is, delivered on the event loop; empty if that is not to be had within a second. Cold. */
    Mono<String> stack() {
        return supervisor.dump(connection.pid()).publishOn(loop());
    }
}
