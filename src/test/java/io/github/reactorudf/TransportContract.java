package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.reactorudf.transport.WorkerConnection;
import io.github.reactorudf.transport.WorkerConnector;
import io.github.reactorudf.worker.Supervisor;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What every transport does alike. */
abstract class TransportContract extends PythonTest {

    private static final Udf DOUBLE = Udf.of("reference:double").on("x").as("y");

    private final Path directory;

    TransportContract(Path directory) {
        this.directory = directory;
    }

    /** One worker, reached in the way under test. */
    abstract Workers workers();

    /** Where the supervisor listens, as a client of the transport names it. */
    abstract SocketAddress address(Supervisor supervisor);

    /** A socket's buffer that a large batch fills many times over. */
    abstract int smallBuffer();

    /** The supervisor is gone, and so must be what it listened at. */
    abstract void assertNothingListens(Supervisor supervisor);

    @Override
    PythonRuntime.Builder builder() {
        return super.builder().workers(workers());
    }

    @Test
    void roundTrip() {
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 50, 20).transform(python().evaluate(DOUBLE));
        assertEquals(LongStream.range(0, 1000).map(x -> 2 * x).boxed().toList(), Results.values(evaluated, "y"));
    }

    @Test
    void batchesLargerThanTheSocketsBuffers() {
        PythonRuntime python = python(builder().socketBuffer(smallBuffer()));
        int rows = 1 << 20;
        List<Object> sums = Batches.ranges(allocator, 3, rows)
                .transform(python.evaluate(
                        Udf.of("functions:plus_one_arrow").on("x").as("y")))
                .map(RecordBatches.closing(batch -> {
                    var results = batch.column("y").getDataBuffer();
                    return (Object) LongStream.range(0, batch.rowCount())
                            .map(row -> results.getLong(row * Long.BYTES))
                            .sum();
                }))
                .collectList()
                .block(LIMIT);
        List<Long> expected = LongStream.range(0, 3)
                .map(batch -> LongStream.rangeClosed(batch * rows + 1, (batch + 1) * rows)
                        .sum())
                .boxed()
                .toList();
        assertEquals(expected, sums);
    }

    @Test
    void anError() {
        Udf refuse = Udf.of("reference:refuse").on("x").with("value", 35);
        PythonException error = Results.failure(
                PythonException.class, Batches.ranges(allocator, 100, 10).transform(python().evaluate(refuse)));
        assertEquals(3, error.batchIndex());
    }

    @Test
    void aCancel() throws Exception {
        PythonRuntime python = python();
        try (Fifo entered = new Fifo(directory.resolve("entered"))) {
            Udf spin = Udf.of("operators:spin").on("x").with("entered", entered.name());
            Disposable running = Batches.ranges(allocator, 100, 10)
                    .transform(python.evaluate(spin))
                    .subscribe(RecordBatch::close);
            entered.await();
            running.dispose();
        }
        assertEquals(
                List.of(0L), Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(DOUBLE)), "y"));
    }

    /** F3. */
    @Test
    void timeLimits() {
        PythonRuntime python = python();
        pid(python);
        Duration limit = Duration.ofMillis(300);
        BatchTransform doubled = python.evaluate(DOUBLE);
        UdfTimeoutException idle = Results.failure(
                UdfTimeoutException.class,
                Batches.ranges(allocator, 1, 1)
                        .concatWith(Flux.never())
                        .transform(doubled.idleTimeout(limit, IdleAction.FAIL)));
        Results.assertSays(idle, "idleTimeout", "upstream");
        try (LogLines log = new LogLines()) {
            Sinks.Many<RecordBatch> input = Sinks.many().unicast().onBackpressureBuffer();
            StepVerifier.create(input.asFlux()
                            .transform(doubled.batchTimeout(limit).idleTimeout(limit, IdleAction.WARN))
                            .map(RecordBatches.closing(RecordBatch::rowCount)))
                    .then(() -> log.await("idleTimeout", 1))
                    .then(() -> input.tryEmitNext(Batches.range(allocator, 0, 3)))
                    .expectNext(3)
                    .then(input::tryEmitComplete)
                    .expectComplete()
                    .verify(LIMIT);
        }
        Udf hanging = Udf.of("hangs:hang").on("x").with("how", "sleep");
        UdfTimeoutException hung = Results.failure(
                UdfTimeoutException.class,
                Batches.ranges(allocator, 1, 1)
                        .transform(python.evaluate(hanging).batchTimeout(limit)));
        Results.assertSays(hung, "batchTimeout", "in sleep (hangs.py:");
    }

    @Test
    void aKilledWorker() {
        PythonRuntime python = python();
        Object before = pid(python);
        Udf dying = Udf.of("bad_input:die_in_seven").on("x").with("how", "signal");
        WorkerLostException error = Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 20, 10).transform(python.evaluate(dying)));
        Results.assertSays(error, "pid " + before, "SIGKILL");
        assertNotEquals(before, pid(python));
    }

    @Test
    void aWrongSecretIsRefused() {
        PythonRuntime python = python();
        Supervisor supervisor = supervisor(python);
        StepVerifier.create(connect(supervisor, "not the secret", channel -> {}))
                .expectError()
                .verify(LIMIT);
        pid(python);
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // What becomes of the connection is asserted, not of the write.
    void whatIsNotTheProtocolIsRefused() {
        PythonRuntime python = python();
        Supervisor supervisor = supervisor(python);
        byte[] request =
                "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        StepVerifier.create(connect(
                        supervisor,
                        supervisor.secret(),
                        channel -> channel.writeAndFlush(Unpooled.wrappedBuffer(request))))
                .expectError()
                .verify(LIMIT);
        pid(python);
    }

    @Test
    void closingLeavesNoProcessAndNothingThatListens() {
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        PythonRuntime python = ownPython();
        Supervisor supervisor = supervisor(python);
        List<ProcessHandle> started = ProcessHandle.current()
                .descendants()
                .filter(process -> !before.contains(process))
                .toList();
        assertFalse(started.isEmpty());
        python.close();
        assertEquals(List.of(), started.stream().filter(ProcessHandle::isAlive).toList());
        assertNothingListens(supervisor);
    }

    private Mono<WorkerConnection> connect(
            Supervisor supervisor, String secret, Consumer<? super Channel> onConnected) {
        return new WorkerConnector(address(supervisor), secret, allocator, 0, LIMIT, Duration.ZERO, onConnected)
                .connect();
    }

    static Supervisor supervisor(PythonRuntime python) {
        return Objects.requireNonNull(python.acquire(0)
                .map(lease -> {
                    lease.release();
                    return lease.worker().supervisor();
                })
                .block(LIMIT));
    }

    private Object pid(PythonRuntime python) {
        Udf process = Udf.of("reference:process").on("x").as("pid");
        return Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(process)), "pid")
                .get(0);
    }
}
