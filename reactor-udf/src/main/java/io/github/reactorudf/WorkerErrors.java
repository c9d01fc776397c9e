package io.github.reactorudf;

import io.github.reactorudf.protocol.ErrorFrame;
import io.github.reactorudf.transport.RefusedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What became of a worker, as the exception that the subscriber sees. */
final class WorkerErrors {

    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(2);

    private WorkerErrors() {}

    static UdfException of(ErrorFrame error) {
        return switch (error.kind()) {
            case ErrorFrame.PYTHON ->
                new PythonException(
                        error.pythonType() == null ? "Exception" : error.pythonType(),
                        error.message(),
                        error.traceback() == null ? "" : error.traceback(),
                        error.function(),
                        error.batch());
            case ErrorFrame.USAGE ->
                new UdfException(
                        error.batch() < 0 ? error.message() : error.message() + " (batch " + error.batch() + ")");
            default -> new ProtocolException("the worker reports: " + error.message());
        };
    }

    static Mono<Throwable> of(Throwable cause, @Nullable WorkerLease lease) {
        return lease == null ? Mono.just(cause) : of(cause, lease.worker());
    }

    /** Asks the supervisor how the process ended, since the end of the connection does not tell. */
    static Mono<Throwable> of(Throwable cause, Worker worker) {
        if (cause instanceof RefusedException refused) {
            return Mono.just(of(refused.error()));
        }
        if (cause instanceof UdfException) {
            return Mono.just(cause);
        }
        int pid = worker.connection().pid();
        String who = "the Python worker (pid " + pid + ") ";
        Mono<String> unknown = Mono.fromSupplier(() -> {
            worker.supervisor().kill(pid);
            return who + "closed its connection without ending, and was killed";
        });
        return worker.supervisor()
                .exit(pid)
                .map(status -> who + status.describe())
                .timeout(
                        EXIT_TIMEOUT,
                        unknown,
                        Schedulers.fromExecutorService(worker.connection().eventLoop()))
                .map(message -> new WorkerLostException(message, cause));
    }
}
