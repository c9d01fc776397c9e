package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime is there for long: many evaluations on one, of which some fail and some are cancelled, leave no more of
 * anything behind. Memory is sampled after a full collection every so many evaluations, and its growth is the slope of
 * the least-squares line through the samples; descriptors and threads are counted before and after.
 */
@Tag("full")
class ManyEvaluationsTest extends PythonTest {

    private static final Logger LOG = LoggerFactory.getLogger(ManyEvaluationsTest.class);
    private static final int EVALUATIONS = Integer.getInteger("reactorudf.many.evaluations", 10_000);
    private static final int WARM_UPS = EVALUATIONS / 10;
    private static final int SAMPLES = 20;
    private static final int FLOOR_OF = 4;
    private static final double ALLOWED = 1024;

    @Test
    void tenThousand() {
        PythonRuntime python = python(2);
        evaluate(python, WARM_UPS);
        ProcessHandle self = ProcessHandle.current();
        Map<String, Long> before = counts(self);
        Map<String, LongSupplier> memory = new LinkedHashMap<>();
        memory.put("heap", ManyEvaluationsTest::heap);
        memory.put("java", () -> ProcessResources.residentBytes(self.pid()));
        self.descendants()
                .forEach(process ->
                        memory.put("python " + process.pid(), () -> ProcessResources.residentBytes(process.pid())));
        Map<String, Double> slopes = slopes(python, memory);
        if (slopes.values().stream().anyMatch(slope -> slope >= ALLOWED)) {
            // What a JVM still compiles and makes room for comes to an end; a leak goes on.
            slopes = slopes(python, memory);
        }
        slopes.forEach((name, slope) ->
                assertTrue(slope < ALLOWED, () -> name + " grows by " + slope + " bytes an evaluation"));
        Map<String, Long> after = counts(self);
        assertEquals(before.keySet(), after.keySet());
        // Fewer is no leak: Reactor ends threads that were idle for long.
        before.forEach((name, count) -> assertTrue(
                after.getOrDefault(name, 0L) <= count, () -> name + ": " + count + " before, " + after.get(name)));
    }

    /** How many bytes each grows by in an evaluation, over ten thousand. */
    private Map<String, Double> slopes(PythonRuntime python, Map<String, LongSupplier> memory) {
        Map<String, List<Long>> samples = new TreeMap<>();
        for (int i = 0; i < SAMPLES; i++) {
            evaluate(python, EVALUATIONS / SAMPLES);
            System.gc();
            memory.forEach((name, bytes) ->
                    samples.computeIfAbsent(name, unused -> new ArrayList<>()).add(bytes.getAsLong()));
        }
        Map<String, Double> slopes = new TreeMap<>();
        samples.forEach((name, bytes) -> {
            double slope = slope(floors(bytes)) / (FLOOR_OF * (double) EVALUATIONS / SAMPLES);
            slopes.put(name, slope);
            LOG.info("{}: {} bytes an evaluation, of {}", name, Math.round(slope), bytes);
        });
        return slopes;
    }

    private void evaluate(PythonRuntime python, int times) {
        Udf plusOne = Udf.of("functions:plus_one_arrow").on("x").as("y");
        Udf refuse = Udf.of("reference:refuse").on("x").with("value", 35);
        List<Long> expected = LongStream.rangeClosed(1, 50).boxed().toList();
        for (int i = 0; i < times; i++) {
            switch (i % 10) {
                case 8 ->
                    Results.failure(
                            PythonException.class,
                            Batches.ranges(allocator, 5, 10).transform(python.evaluate(refuse)));
                case 9 ->
                    Results.borders(Batches.ranges(allocator, 5, 10)
                            .transform(python.evaluate(plusOne))
                            .take(2));
                default ->
                    assertEquals(
                            expected,
                            Results.values(Batches.ranges(allocator, 5, 10).transform(python.evaluate(plusOne)), "y"));
            }
        }
    }

    private static Map<String, Long> counts(ProcessHandle self) {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("java descriptors", ProcessResources.descriptors(self.pid()));
        // Those of Java: the compiler's come and go.
        counts.put("java threads", (long) Thread.getAllStackTraces().size());
        self.descendants().forEach(process -> {
            counts.put(process.pid() + " descriptors", ProcessResources.descriptors(process.pid()));
            counts.put(process.pid() + " threads", ProcessResources.threads(process.pid()));
        });
        return counts;
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The least of each few samples: the collector gives memory back, or not, by hundreds of megabytes. */
    private static List<Long> floors(List<Long> samples) {
        List<Long> floors = new ArrayList<>();
        for (int i = 0; i < samples.size(); i += FLOOR_OF) {
            floors.add(Collections.min(samples.subList(i, i + FLOOR_OF)));
        }
        return floors;
    }

    /** Of the least-squares line, by value. */
    private static double slope(List<Long> values) {
        double middle = (values.size() - 1) / 2.0;
        double mean = values.stream().mapToLong(Long::longValue).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (int i = 0; i < values.size(); i++) {
            above += (i - middle) * (values.get(i) - mean);
            below += (i - middle) * (i - middle);
        }
        return above / below;
    }
}
