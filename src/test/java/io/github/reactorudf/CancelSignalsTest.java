package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Cancel signals at random moments, all the way: supervisor, shared page, {@code SIGUSR1}, handler. Streams are short,
 * so that signals meet every part of an evaluation and what lies between two; every value is checked. The seed is
 * logged; {@code -Dreactorudf.signals.seed} sets it.
 */
@Tag("full")
class CancelSignalsTest extends PythonTest {

    private static final Logger LOG = LoggerFactory.getLogger(CancelSignalsTest.class);
    private static final List<String> FUNCTIONS = List.of("scalar", "iterator", "batches");

    private final Scheduler elsewhere = Schedulers.newSingle("cancels");
    private final AtomicLong evaluation = new AtomicLong();
    private final AtomicLong cancels = new AtomicLong();
    private final long seed = Long.getLong("reactorudf.signals.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void ofEvaluationsThatEndedNeverTouchTheNext() {
        assertStaleSignalsDoNothing(1_000);
    }

    @Test
    @Tag("full")
    void ofEvaluationsThatEndedNeverTouchTheNextAtLength() {
        assertStaleSignalsDoNothing(20_000);
    }

    @Test
    void ofTheEvaluationEndItAndNothingElse() {
        assertCancelsAreClean(100);
    }

    @Test
    @Tag("full")
    void ofTheEvaluationEndItAndNothingElseAtLength() {
        assertCancelsAreClean(1_000);
    }

    @AfterEach
    void disposeOfScheduler() {
        elsewhere.dispose();
    }

    /** The worker that meets them goes on, and is the same in the end: it counted them. */
    private void assertStaleSignalsDoNothing(int signals) {
        PythonRuntime python = python(builder().onConnected(tap()::install));
        met(python);
        Worker worker = worker(python);
        for (long met = 0; met < signals; met = met(python)) {
            for (int i = 0; i < 50; i++) {
                Stream stream = new Stream(python, 1_000);
                List<Long> values = stream.values(() -> signalStale(worker)).block(LIMIT);
                assertEquals(stream.expected(), values, this::told);
            }
        }
        LOG.info("{} evaluations met {} stale signals, seed {}", evaluation, met(python), seed);
    }

    private void signalStale(Worker worker) {
        for (int i = random.nextInt(4); i > 0; i--) {
            long current = evaluation.get();
            long named = random.nextInt(3) > 0 ? current - 1 : random.nextLong(current);
            worker.supervisor().cancel(worker.connection().pid(), named);
        }
    }

    /** Cancelled at any moment, with the signal right behind; each time the next evaluation is whole. */
    private void assertCancelsAreClean(int times) {
        PythonRuntime python = python(builder().cancelGrace(Duration.ZERO).onConnected(tap()::install));
        int replaced = 0;
        for (int i = 0; i < times; i++) {
            int before = worker(python).connection().pid();
            Stream cancelled = new Stream(python, 400_000);
            List<Long> some = Objects.requireNonNull(
                    cancelled.until(elsewhere, random.nextInt(8)).block(LIMIT));
            assertEquals(cancelled.expected().subList(0, some.size()), some, this::told);
            Stream next = new Stream(python, 1_000);
            assertEquals(next.expected(), next.values(() -> {}).block(LIMIT), this::told);
            replaced += worker(python).connection().pid() == before ? 0 : 1;
        }
        LOG.info("{} of {} cancels reached the worker, {} by signal, seed {}", cancels, times, replaced, seed);
        assertTrue(replaced > 0 && replaced < times, "one way of cancelling was not met");
    }

    private String told() {
        return "seed " + seed;
    }

    private WireTap tap() {
        WireTap tap = new WireTap();
        tap.onCrossing(crossing -> {
            if (crossing.type() == FrameType.SETUP) {
                evaluation.set(crossing.evaluation());
            } else if (crossing.type() == FrameType.CANCEL) {
                cancels.incrementAndGet();
            }
        });
        return tap;
    }

    private long met(PythonRuntime python) {
        Udf met = Udf.of("signals:met").on("x").as("met");
        return (Long) Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(met)), "met")
                .get(0);
    }

    private static Worker worker(PythonRuntime python) {
        return Objects.requireNonNull(python.acquire(0)
                .map(lease -> {
                    lease.release();
                    return lease.worker();
                })
                .block(LIMIT));
    }

    /** A stream of its own sizes and numbers, through one of the functions. */
    private final class Stream {

        private final long first = random.nextLong(1L << 40);
        private final int batches = random.nextInt(12);
        private final int rows = 1 + random.nextInt(40);
        private final int window = 1 + random.nextInt(4);
        private final Flux<RecordBatch> evaluated;

        /** @param work how long a function goes on at each batch, at most, in turns of a loop */
        Stream(PythonRuntime python, int work) {
            String function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
            // Few constants: a worker that has prepared many UDFs is replaced, and with it the count of signals.
            Udf twice = Udf.of("signals:" + function).with("work", random.nextInt(16) * (work / 16));
            evaluated = Flux.range(0, batches)
                    .map(i -> Batches.range(allocator, first + (long) i * rows, rows))
                    .transform(python.evaluate(
                                    function.equals("batches")
                                            ? twice
                                            : twice.on("x").as("y"))
                            .window(window));
        }

        List<Long> expected() {
            return LongStream.range(first, first + (long) batches * rows)
                    .map(x -> 2 * x)
                    .boxed()
                    .toList();
        }

        Mono<List<Long>> values(Runnable onBatch) {
            return Mono.fromRunnable(onBatch)
                    .thenMany(evaluated.map(RecordBatches.closing(batch -> Batches.values(batch, "y"))))
                    .doOnNext(batch -> onBatch.run())
                    .collectList()
                    .map(Stream::longs);
        }

        /** What came before a cancel on another thread, about when that batch came. */
        Mono<List<Long>> until(Scheduler canceller, int batch) {
            Sinks.Empty<Object> cancel = Sinks.empty();
            AtomicInteger left = new AtomicInteger(batch);
            Runnable step = () -> {
                if (left.getAndDecrement() == 0) {
                    canceller.schedule(cancel::tryEmitEmpty);
                }
            };
            return Mono.fromRunnable(step)
                    .thenMany(evaluated.map(RecordBatches.closing(result -> Batches.values(result, "y"))))
                    .doOnNext(result -> step.run())
                    .takeUntilOther(cancel.asMono())
                    .collectList()
                    .map(Stream::longs);
        }

        private static List<Long> longs(List<List<Object>> batches) {
            return batches.stream().flatMap(List::stream).map(Long.class::cast).toList();
        }
    }
}
