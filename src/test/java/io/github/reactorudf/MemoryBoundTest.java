package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.DemandFunction.Span;
import io.github.reactorudf.protocol.Credit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Memory under a subscriber that pauses: 1,000 batches of 1 MiB, of which it asks for one now and then. This side and
 * the worker stay within what the window says, and upstream is never asked for more than was granted.
 */
class MemoryBoundTest extends PythonTest {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryBoundTest.class);
    private static final Duration LIMIT = Results.LIMIT;
    private static final int BATCHES = 300;
    private static final int ROWS = 1 << 17;
    private static final long MIB = 1 << 20;
    private static final Credit WINDOW = new Credit(4, 4 * MIB);
    private static final long GROWTH = 32 * MIB;

    /** A batch or its frame: the values, and a bit for each. */
    private static final long FRAME = MIB + ROWS / 8 + 1024;

    @Test
    void ofAMap() throws Exception {
        check(Udf.map("demand_functions:plain"), 1, WINDOW.bytes() + FRAME);
    }

    @Test
    void ofARowAlignedFunction() throws Exception {
        long maxHeldBytes = 4 * MIB;
        check(Udf.of("demand_functions:aligned").on("x").as("y"), maxHeldBytes, WINDOW.bytes() + FRAME + maxHeldBytes);
    }

    private void check(Udf udf, long maxHeldBytes, long bound) throws Exception {
        Scheduler now = Schedulers.newSingle("now and then");
        WireTap tap = new WireTap();
        try (BufferAllocator measured = allocator.newChildAllocator("measured", 0, Long.MAX_VALUE);
                PythonRuntime python =
                        builder().allocator(measured).onConnected(tap::install).build()) {
            Pausing subscriber = new Pausing(now);
            WireModel model = new WireModel(WINDOW, subscriber::requested);
            AtomicBoolean measuring = new AtomicBoolean();
            tap.onCrossing(crossing -> {
                tap.clear();
                if (measuring.get()) {
                    model.see(crossing);
                }
            });
            BatchTransform transform = python.evaluate(udf)
                    .window((int) WINDOW.batches(), WINDOW.bytes())
                    .maxHeldBytes(maxHeldBytes);
            Path process = Path.of("/proc/" + warmUp(python, transform));
            Files.writeString(process.resolve("clear_refs"), "5");
            long before = bytes(process, "VmRSS");
            measuring.set(true);

            AtomicLong beyondGrant = new AtomicLong();
            source(measured, asked -> beyondGrant.accumulateAndGet(asked - model.inputGranted(), Math::max))
                    .transform(transform)
                    .subscribe(subscriber);
            assertTrue(model.windowSent().await(LIMIT.toSeconds(), TimeUnit.SECONDS), model::toString);
            subscriber.goOn();
            assertEquals(BATCHES, subscriber.count.get(LIMIT.toSeconds(), TimeUnit.SECONDS));

            long peak = measured.getPeakMemoryAllocation();
            long growth = bytes(process, "VmHWM") - before;
            LOG.info("allocator's peak {} KiB of {}, worker's growth {} KiB", peak >> 10, bound >> 10, growth >> 10);
            assertTrue(peak <= bound, () -> "allocator's peak is " + peak + " bytes, over " + bound);
            assertTrue(growth <= GROWTH, () -> "the worker grew by " + growth + " bytes");
            assertEquals(0, beyondGrant.get(), "asked of upstream beyond what was granted");
            assertEquals(List.of(), model.violations());
        } finally {
            now.dispose();
        }
    }

    /** Has the worker import and allocate what it needs in any case; gives its process id. */
    private long warmUp(PythonRuntime python, BatchTransform transform) {
        Batches.ranges(python.allocator(), 4, ROWS)
                .transform(transform)
                .doOnNext(RecordBatch::close)
                .blockLast(LIMIT);
        Object pid = Batches.ranges(python.allocator(), 1, 1)
                .transform(python.evaluate(
                        Udf.of("demand_functions:process_id").on("x").as("pid")))
                .map(RecordBatches.closing(batch -> Batches.values(batch, "pid").get(0)))
                .blockLast(LIMIT);
        return (Long) Objects.requireNonNull(pid);
    }

    private ScriptedSource source(BufferAllocator measured, LongConsumer asked) {
        List<Span> spans = IntStream.range(0, BATCHES)
                .mapToObj(i -> new Span((long) i * ROWS, ROWS))
                .toList();
        return new ScriptedSource(measured, spans, null, Runnable::run, false, asked, emitted -> {});
    }

    private static long bytes(Path process, String field) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** Asks for nothing until it is told to, and then for one at a time, from a thread of its own. */
    private static final class Pausing extends BaseSubscriber<RecordBatch> {

        private final Scheduler scheduler;
        private final CompletableFuture<Integer> count = new CompletableFuture<>();
        private volatile long requested;
        private int received;

        Pausing(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        long requested() {
            return requested;
        }

        void goOn() {
            requested = received + 1L;
            scheduler.schedule(() -> request(1));
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(RecordBatch batch) {
            batch.close();
            received++;
            goOn();
        }

        @Override
        protected void hookOnComplete() {
            count.complete(received);
        }

        @Override
        protected void hookOnError(Throwable error) {
            count.completeExceptionally(error);
        }
    }
}
