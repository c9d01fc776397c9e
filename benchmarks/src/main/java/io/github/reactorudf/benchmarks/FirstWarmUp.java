package io.github.reactorudf.benchmarks;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;

/** What contenders do before the first scenario of each kind, for the JVM to compile what is called for each batch. */
final class FirstWarmUp {

    private final double seconds;
    private final int calls;
    private final double scale;
    private final BufferAllocator allocator;
    private final Set<List<Object>> warm = new HashSet<>();

    /**
     * @param seconds of each contender
     * @param calls in a run of single batches
     * @param scale of the rows
     */
    FirstWarmUp(double seconds, int calls, double scale, BufferAllocator allocator) {
        this.seconds = seconds;
        this.calls = calls;
        this.scale = scale;
        this.allocator = allocator;
    }

    /** Runs those that are still cold with light work, whether they have a figure for that or not. */
    void run(List<Contender> contenders, Scenario next, Form form) throws Exception {
        List<Contender> cold = contenders.stream()
                .filter(each -> warm.add(List.of(each, next.mode())))
                .toList();
        if (cold.isEmpty()) {
            return;
        }
        Scenario lightest = next.lightest().scaled(scale);
        try (Comparison comparison = new Comparison(Map.of(lightest, cold), form, calls, allocator)) {
            comparison.warmUp(seconds);
        }
    }
}
