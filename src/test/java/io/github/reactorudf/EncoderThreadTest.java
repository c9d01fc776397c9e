package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** However an evaluation ends, it gives the thread that encoded for it back to the scheduler. */
class EncoderThreadTest extends PythonTest {

    private final CountDownLatch givenBack = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void atTheEnd(int batches) throws InterruptedException {
        evaluated(Batches.ranges(allocator, batches, 10)).blockLast(Results.LIMIT);
        assertGivenBack();
    }

    @Test
    void afterACancel() throws InterruptedException {
        evaluated(Batches.ranges(allocator, 50, 10)).take(1).blockLast(Results.LIMIT);
        assertGivenBack();
    }

    @Test
    void afterAnErrorOfUpstream() throws InterruptedException {
        evaluated(Flux.error(new IllegalStateException("upstream")))
                .onErrorComplete()
                .blockLast(Results.LIMIT);
        assertGivenBack();
    }

    private Flux<Integer> evaluated(Flux<RecordBatch> source) {
        Udf plusOne = Udf.of("functions:plus_one").on("x").as("y");
        return source.transform(python().evaluate(plusOne).subscribeOn(new Watched()))
                .map(RecordBatches.closing(RecordBatch::rowCount));
    }

    private void assertGivenBack() throws InterruptedException {
        assertTrue(givenBack.await(Results.LIMIT.toSeconds(), TimeUnit.SECONDS));
    }

    /** Tells when the one worker made of it was disposed. */
    private final class Watched implements Scheduler {

        private final Scheduler scheduler = Schedulers.boundedElastic();

        @Override
        public Disposable schedule(Runnable task) {
            return scheduler.schedule(task);
        }

        @Override
        public Worker createWorker() {
            Worker worker = scheduler.createWorker();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    return worker.schedule(task);
                }

                @Override
                public void dispose() {
                    worker.dispose();
                    givenBack.countDown();
                }
            };
        }
    }
}
