package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/**
 * R8: that the pipelined path is active is shown by what happens. In its first batch the function waits for a latch;
 * with a window of 4 the latch opens when the third batch's frame was flushed, with a window of 1 the second is never
 * sent meanwhile.
 */
class PipelinedTest extends PythonTest {

    private final Path directory;

    PipelinedTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void withAWindowOfFourTheThirdBatchIsSentWhileTheFirstIsComputed() throws Exception {
        WireTap tap = new WireTap();
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            AtomicInteger flushed = new AtomicInteger();
            tap.onFlushed(frame -> {
                if (frame.type() == FrameType.PAYLOAD && flushed.incrementAndGet() == 3) {
                    Schedulers.boundedElastic().schedule(latch::open);
                }
            });
            BatchTransform waiting =
                    python(tap::install).evaluate(waitInFirst(entered, latch)).window(4);
            assertEquals(
                    List.of(10, 10, 10, 10, 10, 10),
                    Results.borders(Batches.ranges(allocator, 6, 10).transform(waiting)));
        }
    }

    @Test
    void withAWindowOfOneTheSecondBatchIsNotSentBeforeTheFirstIsConsumed() throws Exception {
        WireTap tap = new WireTap();
        try (Fifo entered = new Fifo(directory.resolve("entered"));
                Fifo latch = new Fifo(directory.resolve("latch"))) {
            BatchTransform waiting =
                    python(tap::install).evaluate(waitInFirst(entered, latch)).window(1);
            var borders = Batches.ranges(allocator, 6, 10)
                    .transform(waiting)
                    .map(RecordBatches.closing(RecordBatch::rowCount))
                    .collectList()
                    .toFuture();
            entered.await();
            long sentMeanwhile = tap.count(true, FrameType.PAYLOAD);
            latch.open();
            assertEquals(List.of(10, 10, 10, 10, 10, 10), borders.get(Results.LIMIT.toMillis(), TimeUnit.MILLISECONDS));
            assertEquals(1, sentMeanwhile);
            assertLockStep(tap.crossings());
        }
    }

    /** Between any two batches sent the worker granted the second, which it does when user code consumed the first. */
    private static void assertLockStep(List<WireTap.Crossing> crossings) {
        boolean granted = true;
        for (WireTap.Crossing crossing : crossings) {
            if (!crossing.outgoing() && crossing.type() == FrameType.REQUEST_N) {
                granted = true;
            } else if (crossing.outgoing() && crossing.type() == FrameType.PAYLOAD) {
                assertTrue(granted, () -> "sent without a grant: " + crossings);
                granted = false;
            }
        }
    }

    private static Udf waitInFirst(Fifo entered, Fifo latch) {
        return Udf.of("reference:wait_in_first")
                .on("x")
                .with("entered", entered.name())
                .with("latch", latch.name())
                .as("y");
    }
}
