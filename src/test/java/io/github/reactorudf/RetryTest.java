package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** A failed evaluation, whatever it failed of, has cancelled its source, and can be subscribed to again. */
class RetryTest extends PythonTest {

    private final Path directory;

    RetryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void afterEachTypeOfFailure() {
        PythonRuntime python = python();
        assertEquals(PythonException.class, retried("fail", python));
        assertEquals(WorkerLostException.class, retried("die", python));
        assertEquals(UdfTimeoutException.class, retried("hang", python));
        assertEquals(UdfException.class, retried("give_text", python));
    }

    /** The failure that was retried once; the source has been read twice from its start. */
    private Class<?> retried(String how, PythonRuntime python) {
        AtomicInteger subscriptions = new AtomicInteger();
        AtomicInteger cancels = new AtomicInteger();
        List<Class<?>> failures = new ArrayList<>();
        Udf once = Udf.of("again:once")
                .on("x")
                .as("y")
                .with("how", how)
                .with("mark", directory.resolve(how).toString());
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 1000, 1)
                .doOnSubscribe(subscription -> subscriptions.incrementAndGet())
                .doOnCancel(cancels::incrementAndGet)
                .transform(python.evaluate(once).batchTimeout(Duration.ofSeconds(1)))
                .doOnError(error -> {
                    failures.add(error.getClass());
                    assertEquals(1, cancels.get(), () -> "the source goes on after " + error);
                })
                .retryWhen(Retry.max(1))
                .take(3);
        assertEquals(List.of(0L, 1L, 2L), Results.values(evaluated, "y"), how);
        assertEquals(2, subscriptions.get(), how);
        assertEquals(1, failures.size(), how);
        return failures.get(0);
    }
}
