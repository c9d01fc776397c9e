package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Eight evaluations at once, of which some are cancelled, on workers of which one is killed every 200 ms: each ends
 * with the exact result, with its cancel, or with a typed error; and nothing is left of them.
 */
class ChaosTest extends PythonTest {

    private static final Logger LOG = LoggerFactory.getLogger(ChaosTest.class);
    private static final int LANES = 8;
    private static final int BATCHES = 40;
    private static final int ROWS = 100;
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(200);

    private final ConcurrentMap<String, AtomicInteger> ends = new ConcurrentHashMap<>();
    private final AtomicInteger kills = new AtomicInteger();

    @Test
    void forASecond() throws IOException {
        assertEachEvaluationEnds(Duration.ofSeconds(1));
    }

    @Test
    @Tag("full")
    void forAMinute() throws IOException {
        assertEachEvaluationEnds(Duration.ofSeconds(60));
        assertTrue(ends.keySet().containsAll(Set.of("result", "cancel", "WorkerLostException")), ends::toString);
    }

    private void assertEachEvaluationEnds(Duration time) throws IOException {
        PythonRuntime python = python(LANES / 2);
        Path directory = Objects.requireNonNull(
                        TransportContract.supervisor(python).address().unixPath())
                .getParent();
        long self = ProcessHandle.current().pid();
        Disposable killing = Flux.interval(BETWEEN_KILLS)
                .publishOn(Schedulers.boundedElastic())
                .subscribe(tick -> killOne());
        long end = System.nanoTime() + time.toNanos();
        Flux.range(0, LANES)
                .flatMap(lane -> Flux.defer(() -> evaluation(python))
                        .repeat(() -> System.nanoTime() < end)
                        .doOnNext(ended -> ends.computeIfAbsent(ended, unused -> new AtomicInteger())
                                .incrementAndGet()))
                .blockLast(time.plus(Results.LIMIT));
        killing.dispose();
        assertTrue(ends.containsKey("result"), ends::toString);
        LOG.info("{} kills, {}", kills, ends);
        python.close();
        assertFalse(Files.exists(directory), "the directory of sockets is left");
        assertEquals(List.of(), ProcessHandle.current().descendants().toList(), "processes of " + self);
    }

    /** How one evaluation ended; anything but the exact result, a cancel and a typed error is an error here. */
    private Mono<String> evaluation(PythonRuntime python) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long first = random.nextLong(1L << 40);
        int cancelAt = random.nextInt(4) == 0 ? random.nextInt(BATCHES) : BATCHES + 1;
        Udf twice = Udf.of("signals:iterator").on("x").as("y").with("work", 1_000);
        return Flux.range(0, BATCHES)
                .map(i -> Batches.range(allocator, first + (long) i * ROWS, ROWS))
                .transform(python.evaluate(twice))
                .map(RecordBatches.closing(batch -> Batches.values(batch, "y")))
                .index()
                .doOnNext(indexed -> assertEquals(expected(first, indexed.getT1()), indexed.getT2()))
                .take(cancelAt)
                .count()
                .map(count -> {
                    assertTrue(count == BATCHES || count == cancelAt, () -> count + " batches without an error");
                    return count == BATCHES ? "result" : "cancel";
                })
                .onErrorResume(
                        UdfException.class, error -> Mono.just(error.getClass().getSimpleName()));
    }

    private static List<Long> expected(long first, long batch) {
        return LongStream.range(first + batch * ROWS, first + (batch + 1) * ROWS)
                .map(x -> 2 * x)
                .boxed()
                .toList();
    }

    /** A child of the supervisor other than the oldest, which is the template: that one may not die all the time. */
    private void killOne() {
        List<ProcessHandle> workers = ProcessHandle.current()
                .children()
                .flatMap(ProcessHandle::children)
                .flatMap(supervisor -> supervisor
                        .children()
                        .sorted(Comparator.comparing(
                                process -> process.info().startInstant().orElse(Instant.MAX)))
                        .skip(1))
                .toList();
        if (!workers.isEmpty()) {
            workers.get(ThreadLocalRandom.current().nextInt(workers.size())).destroyForcibly();
            kills.incrementAndGet();
        }
    }
}
