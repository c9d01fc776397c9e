package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.DemandFunction.Span;
import io.github.reactorudf.WireTap.Crossing;
import io.github.reactorudf.protocol.FrameType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What is under way at once: R1, R2, R3 and R6. That the pipelined path is active (R8) is {@code PipelinedTest}'s. */
class WindowTest extends PythonTest {

    private static final Duration LIMIT = Results.LIMIT;

    /** R1: output is read while input is still being written. */
    @Test
    void bothDirectionsAreInFlightAtOnce() {
        WireTap tap = new WireTap();
        AtomicBoolean both = new AtomicBoolean();
        tap.onRead(moment -> both.compareAndSet(false, moment.pendingOutgoing() > 0 && moment.pendingIncoming() > 0));
        PythonRuntime python = python(builder().socketBuffer(4 << 10).onConnected(tap::install));
        Long batches = Batches.ranges(allocator, 8, 1 << 17)
                .transform(python.evaluate(Udf.map("demand_functions:plain")).window(4, 64 << 20))
                .doOnNext(RecordBatch::close)
                .count()
                .block(LIMIT);
        assertEquals(8, batches);
        assertTrue(both.get());
    }

    /** R2: the synchronous mode is a window of one batch. */
    @Test
    void aWindowOfOneIsLockStep() {
        WireTap tap = new WireTap();
        List<Boolean> directions = new ArrayList<>();
        Batches.ranges(allocator, 5, 10)
                .transform(python(tap::install)
                        .evaluate(Udf.map("demand_functions:plain"))
                        .window(1))
                .doOnNext(RecordBatch::close)
                .blockLast(LIMIT);
        tap.crossings().stream()
                .filter(crossing -> crossing.type() == FrameType.PAYLOAD)
                .map(Crossing::outgoing)
                .forEach(directions::add);
        assertEquals(List.of(true, false, true, false, true, false, true, false, true, false), directions);
    }

    /** R3: nothing is granted but what was consumed, and no more than the window is ever under way. */
    @Test
    void neverMoreThanTheWindowIsUnderWay() {
        WireTap tap = new WireTap();
        BatchTransform thirds = python(tap::install)
                .evaluate(Udf.map("demand_functions:contract").with("group", 3));
        for (int window : List.of(1, 2, 4, 8)) {
            tap.clear();
            Batches.ranges(allocator, 40, 10)
                    .transform(thirds.window(window))
                    .doOnNext(RecordBatch::close)
                    .blockLast(LIMIT);
            long most = mostUnderWay(tap.crossings());
            assertTrue(most <= window, () -> most + " under way of " + window);
        }
    }

    private static long mostUnderWay(List<Crossing> crossings) {
        long underWay = 0;
        long most = 0;
        for (Crossing crossing : crossings) {
            if (crossing.outgoing() && crossing.type() == FrameType.PAYLOAD) {
                most = Math.max(most, ++underWay);
            } else if (!crossing.outgoing() && crossing.type() == FrameType.REQUEST_N) {
                underWay -= crossing.granted().batches();
            }
        }
        return most;
    }

    /**
     * Of results larger than the window one passes, and the next waits until it was delivered. The function reads
     * nothing, so the worker takes the input from the socket, which it fills, only once it may send no more.
     */
    @Test
    void bytesBoundTheOutputAsBatchesDo() {
        WireTap tap = new WireTap();
        CountDownLatch workerReads = new CountDownLatch(1);
        AtomicLong sentBefore = new AtomicLong();
        tap.onFlushed(frame -> {
            if (frame.type() == FrameType.PAYLOAD) {
                sentBefore.set(tap.count(false, FrameType.PAYLOAD));
                workerReads.countDown();
            }
        });
        PythonRuntime python = python(builder().socketBuffer(4 << 10).onConnected(tap::install));
        Udf ignore = Udf.map("demand_functions:ignore").with("count", 4).with("rows", 10);
        Long results = Batches.ranges(allocator, 1, 1 << 17)
                .transform(python.evaluate(ignore).window(4, 1).publishOn(Schedulers.boundedElastic()))
                .doOnNext(batch -> {
                    batch.close();
                    await(workerReads);
                })
                .count()
                .block(LIMIT);
        assertEquals(4, results);
        assertEquals(1, sentBefore.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "the worker does not read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** R6: upstream gives the next batch only when the result of the one before has arrived. */
    @Test
    void anOutputIsOnItsWayBeforeTheWorkerWaitsForInput() {
        Scheduler emitter = Schedulers.newSingle("source");
        try {
            for (Udf udf : List.of(
                    Udf.of("functions:plus_one").on("x"),
                    Udf.of("functions:plus_one_arrow").on("x"),
                    Udf.of("functions:plus_one_iterator").on("x"),
                    Udf.of("functions:plus_one_arrow_iterator").on("x"),
                    Udf.map("demand_functions:plain"))) {
                assertEquals(20, oneAtATime(udf, emitter), udf::toString);
            }
        } finally {
            emitter.dispose();
        }
    }

    private long oneAtATime(Udf udf, Scheduler emitter) {
        List<Span> spans =
                IntStream.range(0, 20).mapToObj(i -> new Span(i * 10L, 10)).toList();
        ScriptedSource source =
                new ScriptedSource(allocator, spans, null, emitter::schedule, true, asked -> {}, emitted -> {});
        return source.transform(python().evaluate(udf))
                .doOnNext(batch -> {
                    batch.close();
                    source.resultArrived();
                })
                .count()
                .blockOptional(LIMIT)
                .orElseThrow();
    }
}
