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
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
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

    private PythonRuntime runtime() {
        return python(builder().workers(workers()));
    }

    @Test
    void roundTrip() {
        Flux<RecordBatch> evaluated =
                Batches.ranges(allocator, 50, 20).transform(runtime().evaluate(DOUBLE));
        assertEquals(LongStream.range(0, 1000).map(x -> 2 * x).boxed().toList(), Results.values(evaluated, "y"));
    }

    @Test
    void batchesLargerThanTheSocketsBuffers() {
        PythonRuntime python = python(builder().workers(workers()).socketBuffer(smallBuffer()));
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
                PythonException.class,
                Batches.ranges(allocator, 100, 10).transform(runtime().evaluate(refuse)));
        assertEquals(3, error.batchIndex());
    }

    @Test
    void aCancel() throws Exception {
        PythonRuntime python = runtime();
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

    @Test
    void aKilledWorker() {
        PythonRuntime python = runtime();
        Object before = pid(python);
        Udf dying = Udf.of("bad_input:die_in_seven").on("x").with("how", "signal");
        WorkerLostException error = Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 20, 10).transform(python.evaluate(dying)));
        Results.assertSays(error, "pid " + before, "SIGKILL");
        assertNotEquals(before, pid(python));
    }

    @Test
    void aWrongSecretIsRefused() {
        PythonRuntime python = runtime();
        Supervisor supervisor = supervisor(python);
        StepVerifier.create(connect(supervisor, "not the secret", channel -> {}))
                .expectError()
                .verify(LIMIT);
        pid(python);
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // What becomes of the connection is asserted, not of the write.
    void whatIsNotTheProtocolIsRefused() {
        PythonRuntime python = runtime();
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
        PythonRuntime python = runtime();
        Supervisor supervisor = supervisor(python);
        List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
        assertFalse(started.isEmpty());
        python.close();
        assertEquals(List.of(), started.stream().filter(ProcessHandle::isAlive).toList());
        assertNothingListens(supervisor);
    }

    private Mono<WorkerConnection> connect(
            Supervisor supervisor, String secret, Consumer<? super Channel> onConnected) {
        return new WorkerConnector(address(supervisor), secret, allocator, 0, onConnected).connect();
    }

    private static Supervisor supervisor(PythonRuntime python) {
        return Objects.requireNonNull(
                Mono.usingWhen(python.acquire(), ref -> Mono.just(ref.poolable().supervisor()), ref -> ref.release())
                        .block(LIMIT));
    }

    private Object pid(PythonRuntime python) {
        Udf process = Udf.of("reference:process").on("x").as("pid");
        return Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(process)), "pid")
                .get(0);
    }
}
