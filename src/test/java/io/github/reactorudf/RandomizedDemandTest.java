package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.reactorudf.DemandRun.Event;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The demand rules, shown by random evaluations on a real worker: contents are as computed here, nothing hangs, neither
 * side starts a unit without credit, upstream is never asked for more than was granted, and memory stays within what
 * the rules allow (the allocators have it as their limit).
 *
 * <p>Slow means that demand or a latch is withheld. One worker for each size of socket buffer does all its runs, so
 * that whatever a run leaves behind spoils the next. The seed is printed; {@code -Dreactorudf.demand.seed} sets it.
 */
class RandomizedDemandTest extends PythonTest {

    private static final Logger LOG = LoggerFactory.getLogger(RandomizedDemandTest.class);

    /** What the runs are worthless without: each is to be in at least a twentieth of them. */
    private static final Set<Event> NEEDED = Set.of(
            Event.INPUT_SOCKET_FULL,
            Event.OUTPUT_SOCKET_FULL,
            Event.BOTH_FULL,
            Event.INPUT_CREDIT_SPENT,
            Event.OUTPUT_CREDIT_SPENT,
            Event.DRAINED,
            Event.MERGED);

    private final Scheduler elsewhere = Schedulers.newParallel("demand", 2);
    private final Scheduler emitter = Schedulers.newSingle("source");
    private final Scheduler publisher = Schedulers.newParallel("publisher", 2);
    private final AtomicReference<DemandRun> current = new AtomicReference<>();
    private final Map<Integer, PythonRuntime> runtimes = new HashMap<>();
    private final List<BufferAllocator> allocators = new ArrayList<>();

    @Test
    void fiftyRuns() throws InterruptedException {
        run(50);
    }

    @Test
    @Tag("full")
    void fiveHundredRuns() throws InterruptedException {
        run(500);
    }

    private void run(int runs) throws InterruptedException {
        long seed = Long.getLong("reactorudf.demand.seed", System.nanoTime());
        LOG.info("{} runs with seed {}", runs, seed);
        Map<Event, Integer> counts = new EnumMap<>(Event.class);
        for (int i = 0; i < runs; i++) {
            DemandScenario scenario = DemandScenario.draw(seed, i);
            DemandRun run;
            try {
                run = run(scenario, seed + i);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("run " + i + " with seed " + seed + ": " + scenario, e);
            }
            for (Event event : Event.values()) {
                counts.merge(event, run.shows(event) ? 1 : 0, Integer::sum);
            }
        }
        LOG.info("of {} runs {}", runs, counts);
        NEEDED.forEach(event ->
                assertTrue(counts.getOrDefault(event, 0) * 20 >= runs, () -> event + " in too few runs: " + counts));
    }

    private DemandRun run(DemandScenario scenario, long seed) throws InterruptedException {
        PythonRuntime python = runtimes.computeIfAbsent(scenario.socketBuffer(), this::runtime);
        BufferAllocator results = python.allocator();
        // A cancelled run may still be giving up results.
        results.setLimit(results.getAllocatedMemory() + scenario.outputBound());
        BufferAllocator inputs = allocator.newChildAllocator("inputs of " + scenario, 0, scenario.inputBound());
        allocators.add(inputs);
        DemandRun run = new DemandRun(scenario, seed, inputs, elsewhere, emitter::schedule);
        current.set(run);
        run.run(python, publisher);
        return run;
    }

    private PythonRuntime runtime(int socketBuffer) {
        BufferAllocator results = allocator.newChildAllocator("results", 0, Long.MAX_VALUE);
        WireTap tap = new WireTap();
        tap.onCrossing(crossing -> {
            tap.clear();
            DemandRun run = current.get();
            if (run != null) {
                run.see(crossing);
            }
        });
        tap.onRead(moment -> {
            DemandRun run = current.get();
            if (run != null) {
                run.see(moment);
            }
        });
        return builder()
                .socketBuffer(socketBuffer)
                .allocator(results)
                .onConnected(tap::install)
                .unitSizes(() -> Objects.requireNonNull(current.get()).unitSize())
                .build();
    }

    @AfterEach
    void closeAll() {
        runtimes.values().forEach(PythonRuntime::close);
        List.of(elsewhere, emitter, publisher).forEach(Scheduler::dispose);
        runtimes.values().forEach(runtime -> runtime.allocator().close());
        for (BufferAllocator inputs : allocators) {
            if (inputs.getAllocatedMemory() > 0) {
                fail("left open: " + inputs);
            }
            inputs.close();
        }
    }
}
