package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Measures what {@code docs/failures.md} tells of times, and logs it: the median and the worst of 100. */
@Tag("full")
class FailureTimesTest extends PythonTest {

    private static final Logger LOG = LoggerFactory.getLogger(FailureTimesTest.class);
    private static final int TIMES = 100;

    private final Path directory;

    FailureTimesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** From SIGKILL to the error. */
    @Test
    void timeToKnow() throws Exception {
        PythonRuntime python = python();
        List<Duration> times = new ArrayList<>();
        try (Fifo entered = new Fifo(directory.resolve("entered"))) {
            Udf sleeps = hang("sleep", entered);
            for (int i = 0; i < TIMES; i++) {
                ProcessHandle worker = worker(python);
                CompletableFuture<Throwable> known = new CompletableFuture<>();
                one().transform(python.evaluate(sleeps)).subscribe(RecordBatch::close, known::complete);
                entered.await();
                long start = System.nanoTime();
                worker.destroyForcibly();
                known.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                times.add(Duration.ofNanos(System.nanoTime() - start));
            }
        }
        tell("time to know", times, Duration.ofSeconds(1));
    }

    /** From the cancel of a loop in Python to a worker that serves the next evaluation. */
    @Test
    void cancelToIdle() throws Exception {
        PythonRuntime python = python(builder().cancelGrace(Duration.ZERO));
        List<Duration> times = new ArrayList<>();
        try (Fifo entered = new Fifo(directory.resolve("entered"))) {
            Udf loops = hang("loop", entered);
            worker(python);
            for (int i = 0; i < TIMES; i++) {
                Disposable running = one().transform(python.evaluate(loops)).subscribe(RecordBatch::close);
                entered.await();
                long start = System.nanoTime();
                running.dispose();
                worker(python);
                times.add(Duration.ofNanos(System.nanoTime() - start));
            }
        }
        tell("cancel to idle", times, Duration.ofSeconds(1));
    }

    private static void tell(String what, List<Duration> times, Duration bound) {
        Collections.sort(times);
        Duration worst = times.get(TIMES - 1);
        LOG.info("{}: median {} ms, worst {} ms", what, times.get(TIMES / 2).toMillis(), worst.toMillis());
        assertTrue(worst.compareTo(bound.multipliedBy(3)) <= 0, () -> what + ": " + worst);
    }

    private static Udf hang(String how, Fifo entered) {
        return Udf.of("hangs:hang").on("x").with("how", how).with("entered", entered.name());
    }

    private Flux<RecordBatch> one() {
        return Batches.ranges(allocator, 1, 1);
    }

    private ProcessHandle worker(PythonRuntime python) {
        Udf process = Udf.of("hangs:process").on("x").as("pid");
        return ProcessHandle.of((Long) Results.values(one().transform(python.evaluate(process)), "pid")
                        .get(0))
                .orElseThrow();
    }
}
