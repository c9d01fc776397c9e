package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What is lost besides workers: evaluations that can go on do, and later ones find all they need. */
@Tag("full")
class HealingTest extends PythonTest {

    /** A second, by the documents. */
    private static final Duration TIME_TO_KNOW = Duration.ofSeconds(3);

    private final Path directory;

    HealingTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeletedSocketMakesAnotherSupervisor(boolean withItsDirectory) throws Exception {
        PythonRuntime python = python(2);
        Path socket = Objects.requireNonNull(
                TransportContract.supervisor(python).address().unixPath());
        ProcessHandle first =
                ProcessHandle.of(pid(python)).orElseThrow().parent().orElseThrow();
        try (Held held = new Held(python)) {
            Files.delete(socket);
            if (withItsDirectory) {
                deleteAll(socket.resolveSibling(""));
            }
            try (Held another = new Held(python)) {
                assertNotEquals(another.worker().parent(), held.worker().parent());
                another.finish();
            }
            held.finish();
        }
        first.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        pid(python);
    }

    @Test
    void aKilledSupervisorEndsWhatRunsInASecond() throws Exception {
        PythonRuntime python = ownPython();
        try (Held held = new Held(python)) {
            held.worker().parent().orElseThrow().destroyForcibly();
            ExecutionException error = assertThrows(
                    ExecutionException.class,
                    () -> held.evaluation.get(TIME_TO_KNOW.toMillis(), TimeUnit.MILLISECONDS));
            Results.assertSays(assertInstanceOf(WorkerLostException.class, error.getCause()), "its supervisor");
        }
        pid(python);
    }

    @Test
    void aKilledTemplateEndsNothing() throws Exception {
        PythonRuntime python = python(2);
        try (Held held = new Held(python)) {
            ProcessHandle worker = held.worker();
            worker.parent()
                    .orElseThrow()
                    .children()
                    .filter(child -> !child.equals(worker))
                    .forEach(ProcessHandle::destroyForcibly);
            pid(python);
            held.finish();
        }
    }

    @Test
    void aSocketThatAGrandchildHoldsEndsWithTheWorkerAllTheSame() {
        int[] rows = {0};
        Udf dying = Udf.of("deaths:in_batch").on("x").with("how", "grandchild").with("batch", 7);
        CompletableFuture<Void> evaluation = Batches.ranges(allocator, 20, 10)
                .transform(python().evaluate(dying))
                .doOnNext(batch -> rows[0] += batch.rowCount())
                .doOnNext(RecordBatch::close)
                .then()
                .toFuture();
        WorkerLostException error = assertInstanceOf(
                WorkerLostException.class,
                assertThrows(ExecutionException.class, () -> evaluation.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                        .getCause());
        Results.assertSays(error, "exited with code 3");
        assertEquals(70, rows[0]);
    }

    @Test
    void connectionsThatEndEarlyAreTriedAgain() {
        AtomicInteger connected = new AtomicInteger();
        PythonRuntime python = python(closing(connected, 2));
        pid(python);
        assertEquals(3, connected.get());
    }

    @Test
    void connectionsThatAlwaysEndEarlyAreGivenUp() {
        PythonRuntime python = python(closing(new AtomicInteger(), Integer.MAX_VALUE));
        UdfException error = Results.failure(UdfException.class, process(python));
        Results.assertSays(error, "no Python worker answers", "tried 6 times");
    }

    /** Closes the first connections before they are used. */
    @SuppressWarnings("FutureReturnValueIgnored") // What becomes of the connection is asserted.
    private static Consumer<Channel> closing(AtomicInteger connected, int count) {
        return channel -> {
            if (connected.getAndIncrement() < count) {
                channel.close();
            }
        };
    }

    private long pid(PythonRuntime python) {
        return (Long) Results.values(process(python), "pid").get(0);
    }

    private Flux<RecordBatch> process(PythonRuntime python) {
        return Batches.ranges(allocator, 1, 1)
                .transform(python.evaluate(Udf.of("reference:process").on("x").as("pid")));
    }

    private static void deleteAll(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    /** An evaluation that has told its process and waits to be finished. */
    private final class Held implements AutoCloseable {

        private final Fifo entered;
        private final Fifo latch;
        private final CompletableFuture<Long> pid = new CompletableFuture<>();
        private final CompletableFuture<Void> evaluation;

        Held(PythonRuntime python) throws Exception {
            Path own = Files.createTempDirectory(directory, "held");
            entered = new Fifo(own.resolve("entered"));
            latch = new Fifo(own.resolve("latch"));
            Udf hold = Udf.of("healing:tell_and_hold")
                    .on("x")
                    .with("entered", entered.name())
                    .with("latch", latch.name())
                    .as("pid");
            evaluation = Batches.ranges(allocator, 2, 1)
                    .transform(python.evaluate(hold))
                    .map(RecordBatches.closing(batch ->
                            pid.complete((Long) Batches.values(batch, "pid").get(0))))
                    .then()
                    .toFuture();
            entered.await();
        }

        ProcessHandle worker() throws Exception {
            return ProcessHandle.of(pid.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .orElseThrow();
        }

        void finish() throws Exception {
            latch.open();
            evaluation.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            entered.close();
            latch.close();
        }
    }
}
