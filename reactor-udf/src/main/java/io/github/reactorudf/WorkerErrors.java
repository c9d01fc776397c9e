package io.github.reactorudf;

import io.github.reactorudf.protocol.ErrorFrame;
import io.github.reactorudf.transport.RefusedException;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What became of a worker, as the exception that the subscriber sees. */
final class WorkerErrors {

    /** The supervisor tells of an exit within milliseconds of the end of the connection. */
    private static final Duration EXIT_TIMEOUT = Duration.ofMillis(500);

    private static final Duration KILL_TIMEOUT = Duration.ofMillis(300);

    private WorkerErrors() {}

    /** @param indexes the index in the whole stream of a batch, by the worker's */
    static UdfException of(ErrorFrame error, LongUnaryOperator indexes) {
        long batch = error.batch() < 0 ? error.batch() : indexes.applyAsLong(error.batch());
        return switch (error.kind()) {
            case ErrorFrame.PYTHON ->
                new PythonException(
                        error.pythonType() == null ? "Exception" : error.pythonType(),
                        error.message(),
                        error.traceback() == null ? "" : error.traceback(),
                        error.function(),
                        batch);
            case ErrorFrame.USAGE ->
                new UdfException(batch < 0 ? error.message() : error.message() + " (batch " + batch + ")");
            default -> new ProtocolException("the worker reports: " + error.message());
        };
    }

    static Mono<Throwable> of(Throwable cause, @Nullable WorkerLease lease) {
        return lease == null ? Mono.just(cause) : of(cause, lease.worker());
    }

    /** Asks the supervisor how the process ended, since the end of the connection does not tell. */
    static Mono<Throwable> of(Throwable cause, Worker worker) {
        if (cause instanceof RefusedException refused) {
            return Mono.just(of(refused.error(), LongUnaryOperator.identity()));
        }
        if (cause instanceof UdfException) {
            return Mono.just(cause);
        }
        int pid = worker.connection().pid();
        String who = "the Python worker (pid " + pid + ") ";
        return worker.supervisor()
                .exit(pid)
                .map(status -> new WorkerLostException(who + status.describe(), status, cause))
                .timeout(EXIT_TIMEOUT, killed(worker, who, cause), worker.loop())
                .cast(Throwable.class);
    }

    /** It closed its connection and goes on: nobody can use it any more. */
    private static Mono<WorkerLostException> killed(Worker worker, String who, Throwable cause) {
        int pid = worker.connection().pid();
        String how = who + "closed its connection without ending, and was killed";
        return Mono.defer(() -> {
            worker.supervisor().kill(pid);
            return worker.supervisor()
                    .exit(pid)
                    .map(status -> new WorkerLostException(how, status, cause))
                    .timeout(KILL_TIMEOUT, Mono.just(new WorkerLostException(how, null, cause)), worker.loop());
        });
    }
}
