package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A worker that dies: the error names how, and the next evaluation has another. */
class LostWorkerTest extends PythonTest {

    @ParameterizedTest
    @CsvSource({"signal, signal 9 (SIGKILL)", "exit, exited with code 3", "segfault, signal 11 (SIGSEGV)"})
    void isReportedAndReplaced(String how, String words) {
        PythonRuntime python = python();
        BatchTransform process =
                python.evaluate(Udf.of("reference:process").on("x").as("pid"));
        Object before = pid(process);
        Udf dying = Udf.of("bad_input:die_in_seven").on("x").with("how", how);
        WorkerLostException error = Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 20, 10).transform(python.evaluate(dying)));
        Results.assertSays(error, "pid " + before, words);
        assertNotEquals(before, pid(process));
    }

    @Test
    void tellsHowItEndedAndWhatItSaidLast() {
        PythonRuntime python = python();
        Udf crash = Udf.of("bad_input:last_words").on("x").with("how", "segfault");
        WorkerLostException crashed = Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 2, 10).transform(python.evaluate(crash)));
        assertEquals("SIGSEGV", crashed.signal());
        assertNull(crashed.exitCode());
        assertTrue(crashed.pythonStack().contains("in die"), crashed.pythonStack());
        assertTrue(crashed.pythonStack().contains("in last_words"), crashed.pythonStack());
        assertEquals(
                List.of("printed", "WARN words: logged", "written"),
                crashed.lastLines().stream()
                        .filter(line -> line.matches("printed|.*logged|written"))
                        .toList());
        Results.assertSays(crashed, "SIGSEGV", "in die (bad_input.py:", "written");

        Udf exit = Udf.of("bad_input:last_words").on("x").with("how", "exit");
        WorkerLostException exited = Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 2, 10).transform(python.evaluate(exit)));
        assertEquals(3, exited.exitCode());
        assertNull(exited.signal());
        assertEquals("", exited.pythonStack());
        Results.assertSays(exited, "exited with code 3", "written");
    }

    @Test
    void givesWhatCameBeforeItsEnd() {
        Udf dying =
                Udf.of("bad_input:die_in_seven").on("x").with("how", "signal").as("y");
        int[] rows = {0};
        Flux<RecordBatch> evaluated = Batches.ranges(allocator, 20, 10)
                .transform(python().evaluate(dying))
                .doOnNext(batch -> rows[0] += batch.rowCount());
        Results.failure(WorkerLostException.class, evaluated);
        assertEquals(70, rows[0]);
    }

    /** The kernel refuses what is written to a worker that is gone; what that said before is still in the socket. */
    @Test
    void givesWhatCameBeforeItsEndWhereTheNextBatchCantBeWritten(@TempDir Path directory) throws Exception {
        WireTap tap = new WireTap();
        PythonRuntime python = python(tap::install);
        ProcessHandle worker = ProcessHandle.of(
                        pid(python.evaluate(Udf.of("reference:process").on("x").as("pid"))))
                .orElseThrow();
        CompletableFuture<Channel> written = new CompletableFuture<>();
        int[] batches = {0};
        tap.onFlushed(frame -> {
            if (frame.type() == FrameType.PAYLOAD && ++batches[0] == 8) {
                written.complete(frame.channel());
            }
        });
        try (Fifo latch = new Fifo(directory.resolve("latch"))) {
            Udf dying = Udf.of("bad_input:die_in_seven_behind").on("x").with("latch", latch.name());
            Sinks.Many<RecordBatch> source = Sinks.many().unicast().onBackpressureBuffer();
            AtomicInteger rows = new AtomicInteger();
            CompletableFuture<Throwable> lost = new CompletableFuture<>();
            source.asFlux()
                    .transform(python.evaluate(dying))
                    .map(RecordBatches.closing(RecordBatch::rowCount))
                    .subscribe(rows::addAndGet, lost::complete);
            for (int i = 0; i < 8; i++) {
                source.tryEmitNext(Batches.range(allocator, 0, 10)).orThrow();
            }
            CountDownLatch held = new CountDownLatch(1);
            AtomicBoolean gone = new AtomicBoolean();
            Channel channel = written.get(Results.LIMIT.toSeconds(), TimeUnit.SECONDS);
            channel.eventLoop().execute(() -> {
                held.countDown();
                while (!gone.get()) {}
                source.tryEmitNext(Batches.range(allocator, 0, 10)).orThrow();
                // Before anything is read.
                channel.pipeline().context(FlushConsolidationHandler.class).flush();
            });
            held.await();
            latch.open();
            worker.onExit().get(Results.LIMIT.toSeconds(), TimeUnit.SECONDS);
            gone.set(true);
            assertInstanceOf(WorkerLostException.class, lost.get(Results.LIMIT.toSeconds(), TimeUnit.SECONDS));
            assertEquals(70, rows.get());
        }
    }

    @Test
    void isSafeToRetry() {
        int[] subscriptions = {0};
        Udf dying =
                Udf.of("bad_input:die_in_seven").on("x").with("how", "signal").as("y");
        Flux<RecordBatch> shorterEachTime = Flux.defer(() -> Batches.ranges(allocator, 9 - subscriptions[0]++, 1));
        Flux<RecordBatch> evaluated =
                shorterEachTime.transform(python().evaluate(dying)).retry(2);
        assertEquals(7 + 7 + 7, Results.values(evaluated, "y").size());
    }

    @Test
    void thatOnlyLostItsConnectionIsEndedToo() {
        PythonRuntime python = python();
        Udf deaf = Udf.of("bad_input:deaf").on("x");
        Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 2, 1).transform(python.evaluate(deaf)));
        pid(python.evaluate(Udf.of("reference:process").on("x").as("pid")));
    }

    private long pid(BatchTransform process) {
        List<Object> pids = Results.values(Batches.ranges(allocator, 1, 1).transform(process), "pid");
        return ((Number) pids.get(0)).longValue();
    }
}
