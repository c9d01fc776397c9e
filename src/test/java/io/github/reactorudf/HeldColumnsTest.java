package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.WireTap.Crossing;
import io.github.reactorudf.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * R4, rule D7: what waits here for results is bounded, a function that reads further ahead of its output fails, and one
 * that does not never fails for it.
 */
class HeldColumnsTest extends PythonTest {

    private static final Duration LIMIT = Results.LIMIT;
    private static final int ROWS = 1000;
    private static final int WAITING = 1;

    @Test
    void readingEverythingAheadFailsAndSaysHowMuchAndTheWorkerIsReused() {
        long maxHeldBytes = 2 * sizeOfBatch() + 1;
        for (int window : List.of(1, 2, 4, 16)) {
            UdfException error = Results.failure(
                    UdfException.class,
                    input(10).transform(everything().window(window).maxHeldBytes(maxHeldBytes)));
            Results.assertSays(error, "read " + 3 * ROWS + " rows", "maxHeldBytes");
        }
        assertEquals(results(10), values(input(10).transform(everything())));
    }

    @Test
    void aMapFunctionMayReadEverything() {
        Udf everything = Udf.map("demand_functions:everything");
        List<Long> reversed = new ArrayList<>();
        for (int batch = 9; batch >= 0; batch--) {
            LongStream.range((long) batch * ROWS, (batch + 1L) * ROWS).forEach(reversed::add);
        }
        assertEquals(
                reversed,
                values(input(10).transform(python().evaluate(everything).maxHeldBytes(1)), "x"));
    }

    @Test
    void readingAheadWithinTheBoundPasses() {
        assertEquals(results(10), values(input(10).transform(ahead(3).maxHeldBytes(2 * sizeOfBatch() + 1))));
    }

    /** The bound is reached with the last batch: the function waits for an end that is on its way. */
    @Test
    void theEndOfTheInputIsNotReadingAhead() {
        EndAfterWait late = new EndAfterWait(3);
        PythonRuntime python = python(late::install);
        BatchTransform everything = python.evaluate(
                        Udf.of("demand_functions:aligned_everything").on("x").as("y"))
                .maxHeldBytes(3 * sizeOfBatch());
        assertEquals(results(3), values(input(3).transform(everything)));
        assertTrue(late.waited);
    }

    /** While downstream looks at a result, its columns are still counted as held, and the function already waits. */
    @Test
    void aSlowSubscriberIsNotReadingAhead() {
        CountDownLatch waits = new CountDownLatch(1);
        WireTap tap = new WireTap();
        tap.onCrossing(crossing -> {
            if (isWaiting(crossing) && tap.count(false, FrameType.PAYLOAD) == 2) {
                // It gave the first pair back and read one of the second. As a task: after what the frame does.
                crossing.channel().eventLoop().execute(waits::countDown);
            }
        });
        PythonRuntime python = python(tap::install);
        BatchTransform pairs = python.evaluate(Udf.of("demand_functions:aligned_ahead")
                        .on("x")
                        .with("depth", 2)
                        .as("y"))
                .maxHeldBytes(sizeOfBatch() + 1)
                .publishOn(Schedulers.boundedElastic());
        List<Long> values = new ArrayList<>();
        input(6).transform(pairs)
                .map(RecordBatches.closing(batch -> {
                    if (values.size() == ROWS) {
                        await(waits);
                    }
                    return values.addAll(longs(batch, "y"));
                }))
                .blockLast(LIMIT);
        assertEquals(results(6), values);
    }

    private static boolean isWaiting(Crossing crossing) {
        return !crossing.outgoing() && crossing.type() == FrameType.REQUEST_N && crossing.flags() == WAITING;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "the function does not wait");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private BatchTransform everything() {
        return python().evaluate(
                        Udf.of("demand_functions:aligned_everything").on("x").as("y"));
    }

    private BatchTransform ahead(int depth) {
        return python().evaluate(Udf.of("demand_functions:aligned_ahead")
                .on("x")
                .with("depth", depth)
                .as("y"));
    }

    private Flux<RecordBatch> input(int batches) {
        return Batches.ranges(allocator, batches, ROWS);
    }

    private long sizeOfBatch() {
        try (RecordBatch batch = Batches.range(allocator, 0, ROWS)) {
            return batch.sizeInBytes();
        }
    }

    private static List<Long> results(int batches) {
        return LongStream.rangeClosed(1, (long) batches * ROWS).boxed().toList();
    }

    private static List<Long> values(Flux<RecordBatch> batches) {
        return values(batches, "y");
    }

    private static List<Long> values(Flux<RecordBatch> batches, String column) {
        List<Long> all = new ArrayList<>();
        batches.map(RecordBatches.closing(batch -> all.addAll(longs(batch, column))))
                .blockLast(LIMIT);
        return all;
    }

    private static List<Long> longs(RecordBatch batch, String column) {
        return Batches.values(batch, column).stream().map(Long.class::cast).toList();
    }

    /** Keeps the JVM's COMPLETE back until the worker took all batches and says that it waits, as a slow wire may. */
    private static final class EndAfterWait extends ChannelDuplexHandler {

        private static final int TYPE = 12;

        private final WireTap tap = new WireTap();
        private final long batches;
        private long consumed;
        private volatile boolean waited;
        private @Nullable Runnable end;

        EndAfterWait(long batches) {
            this.batches = batches;
        }

        void install(Channel channel) {
            channel.pipeline().addFirst("late", this);
            tap.install(channel);
            tap.onCrossing(crossing -> {
                if (!crossing.outgoing() && crossing.type() == FrameType.REQUEST_N) {
                    consumed += crossing.granted().batches();
                    waited |= consumed == batches && isWaiting(crossing);
                    release();
                }
            });
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
            ByteBuf frame = (ByteBuf) message;
            if (FrameType.of(frame.getByte(frame.readerIndex() + TYPE)) == FrameType.COMPLETE) {
                end = () -> {
                    ChannelFuture unused = context.writeAndFlush(frame, written);
                };
                release();
            } else {
                ChannelFuture unused = context.write(message, written);
            }
        }

        private void release() {
            Runnable held = end;
            if (waited && held != null) {
                end = null;
                held.run();
            }
        }
    }
}
