package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing a runtime: what runs ends, what waits ends, what comes later is refused. */
class RuntimeCloseTest extends PythonTest {

    private static final Udf DOUBLE = Udf.of("reference:double").on("x").as("y");

    @Test
    void endsARunningEvaluationAndOneThatWaitsForAWorker(@TempDir Path directory) throws Exception {
        PythonRuntime python = ownPython();
        try (Fifo entered = new Fifo(directory.resolve("entered"))) {
            Udf spin = Udf.of("operators:spin").on("x").with("entered", entered.name());
            CompletableFuture<?> running = evaluation(python, spin);
            entered.await();
            CompletableFuture<?> waiting = evaluation(python, DOUBLE);
            python.close();
            Results.assertSays(error(WorkerLostException.class, running), "closed");
            Results.assertSays(error(UdfException.class, waiting), "closed");
        }
    }

    @Test
    void refusesEvaluationsAfterwards() throws Exception {
        PythonRuntime python = ownPython();
        Results.borders(Batches.ranges(allocator, 1, 1).transform(python.evaluate(DOUBLE)));
        python.close();
        python.close();
        UdfException error = error(UdfException.class, evaluation(python, DOUBLE));
        Results.assertSays(error, "closed");
        Results.assertSays(error(UdfException.class, python.warmUp().toFuture()), "closed");
    }

    @Test
    void ofOneThatWasNeverUsedStartsNothing() {
        ownPython().close();
    }

    private CompletableFuture<?> evaluation(PythonRuntime python, Udf udf) {
        return Batches.ranges(allocator, 100, 10)
                .transform(python.evaluate(udf))
                .doOnNext(RecordBatch::close)
                .then()
                .toFuture();
    }

    static <E extends Throwable> E error(Class<E> type, CompletableFuture<?> evaluation)
            throws InterruptedException, TimeoutException {
        try {
            evaluation.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return Assertions.assertInstanceOf(type, e.getCause());
        }
        throw new AssertionError("there was no error");
    }
}
