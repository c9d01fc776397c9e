package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.arrow.TestAllocator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Owners on several threads; the allocator, empty after each test, is the judge. */
@ExtendWith(TestAllocator.class)
class RecordBatchRaceTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 500;

    @Test
    void closeRacesClose(BufferAllocator allocator) throws Exception {
        race(allocator, batch -> batch.close());
    }

    @Test
    void shareRacesClose(BufferAllocator allocator) throws Exception {
        race(allocator, batch -> {
            try (RecordBatch shared = batch.share();
                    RecordBatch selected = shared.select("i")) {
                assertEquals(List.of(1, 2), TestBatches.values(selected, "i"));
            } catch (IllegalStateException closedAlready) {
                // One of the others was faster.
            } finally {
                batch.close();
            }
        });
    }

    private interface Use {
        void of(RecordBatch batch);
    }

    private static void race(BufferAllocator allocator, Use use) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            for (int round = 0; round < ROUNDS; round++) {
                RecordBatch batch = TestBatches.ints(allocator, 1, 2);
                Callable<Void> racer = () -> {
                    start.await();
                    use.of(batch);
                    return null;
                };
                List<Future<Void>> racers = threads.invokeAll(
                        IntStream.range(0, THREADS).mapToObj(i -> racer).toList());
                for (Future<Void> done : racers) {
                    done.get();
                }
            }
        } finally {
            threads.shutdown();
        }
    }
}
