package io.github.reactorudf;

import io.github.reactorudf.transport.WorkerConnection;
import io.github.reactorudf.worker.Supervisor;

/** A worker: its connection, and the supervisor that can signal it. */
record Worker(WorkerConnection connection, Supervisor supervisor) {}
