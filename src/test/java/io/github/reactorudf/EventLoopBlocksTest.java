package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** That {@link EventLoopBlocks} sees what it is there for, and where. */
class EventLoopBlocksTest extends PythonTest {

    private static final Udf DOUBLE = Udf.of("reference:double").on("x").as("y");

    @Test
    void aMapThatBlocksOnTheEventLoopIsFound() {
        Flux<Integer> blocking = Batches.ranges(allocator, 3, 1)
                .transform(python().evaluate(DOUBLE))
                .map(RecordBatches.closing(EventLoopBlocksTest::block));
        Throwable error = assertThrows(Throwable.class, () -> blocking.blockLast(Results.LIMIT));
        assertEquals(BlockingOperationError.class, Exceptions.unwrap(error).getClass());
        List<String> found = EventLoopBlocks.take();
        assertEquals(1, found.size());
        assertTrue(found.get(0).contains("EventLoopBlocksTest.block"), found.get(0));
    }

    @Test
    void oneThatBlocksWhereItMayIsNot() {
        Flux<Integer> blocking = Batches.ranges(allocator, 3, 1)
                .transform(python().evaluate(DOUBLE).publishOn(Schedulers.boundedElastic()))
                .map(RecordBatches.closing(EventLoopBlocksTest::block));
        assertEquals(List.of(1, 1, 1), blocking.collectList().block(Results.LIMIT));
        assertEquals(List.of(), EventLoopBlocks.take());
    }

    private static int block(RecordBatch batch) {
        LockSupport.parkNanos(1);
        return batch.rowCount();
    }
}
