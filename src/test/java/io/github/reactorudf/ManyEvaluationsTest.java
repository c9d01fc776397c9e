package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime is there for long: many evaluations on one, of which some fail and some are cancelled, leave no more of
 * anything behind. They are made in a JVM of their own that has all of its heap from the start and no optimizing
 * compiler, so that what grows is neither room that the collector had not used yet nor what that compiler works in.
 */
@Tag("full")
class ManyEvaluationsTest {

    private static final Logger LOG = LoggerFactory.getLogger(ManyEvaluationsTest.class);
    private static final List<String> STEADY =
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1");
    private static final double ALLOWED = 1024;

    /** Memory by the slope of the least-squares line through its samples; the others by first and last. */
    @Test
    void tenThousand() throws Exception {
        Map<String, List<Long>> samples = new TreeMap<>();
        Process java = Jvm.of(STEADY, Evaluations.class).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(java.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(line -> {
                int value = line.lastIndexOf(' ');
                samples.computeIfAbsent(line.substring(0, value), unused -> new ArrayList<>())
                        .add(Long.valueOf(line.substring(value + 1)));
            });
        }
        assertEquals(0, java.waitFor());
        // The heap, and three each of: the JVM, subreaper, supervisor, template, what it forked ahead, two workers.
        assertEquals(1 + 7 * 3, samples.size(), samples::toString);
        samples.forEach((name, values) -> {
            assertEquals(Evaluations.SAMPLES + 1, values.size(), name);
            if (name.endsWith("bytes")) {
                double slope = slope(values) / Evaluations.BETWEEN;
                LOG.info("{}: {} an evaluation, of {}", name, Math.round(slope), values);
                assertTrue(slope < ALLOWED, () -> name + ": " + slope + " an evaluation");
            } else {
                // Fewer is no leak: Reactor ends threads that were idle for long.
                long last = values.get(values.size() - 1);
                assertTrue(last <= values.get(0), () -> name + ": " + values);
            }
        });
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

    /** Says what there is, after a full collection, first and every so many evaluations. */
    static final class Evaluations {

        static final int SAMPLES = 20;
        static final int BETWEEN = 500;
        private static final int WARM_UPS = 2_000;

        private Evaluations() {}

        public static void main(String... arguments) {
            try (PythonRuntime python = Jvm.python(2)) {
                evaluate(python, WARM_UPS);
                sample();
                for (int i = 0; i < SAMPLES; i++) {
                    evaluate(python, BETWEEN);
                    sample();
                }
            }
        }

        private static void evaluate(PythonRuntime python, int times) {
            Udf plusOne = Udf.of("functions:plus_one_arrow").on("x").as("y");
            Udf refuse = Udf.of("reference:refuse").on("x").with("value", 35);
            List<Long> expected = LongStream.rangeClosed(1, 50).boxed().toList();
            for (int i = 0; i < times; i++) {
                var batches = Batches.ranges(python.allocator(), 5, 10);
                switch (i % 10) {
                    case 8 -> Results.failure(PythonException.class, batches.transform(python.evaluate(refuse)));
                    case 9 ->
                        Results.borders(
                                batches.transform(python.evaluate(plusOne)).take(2));
                    default -> assertEquals(expected, Results.values(batches.transform(python.evaluate(plusOne)), "y"));
                }
            }
        }

        private static void sample() {
            System.gc();
            say(
                    "heap bytes",
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            ProcessHandle self = ProcessHandle.current();
            // Those of Java: the compiler's come and go.
            say("java threads", Thread.getAllStackTraces().size());
            say("java descriptors", ProcessResources.descriptors(self.pid()));
            say("java resident bytes", ProcessResources.residentBytes(self.pid()));
            self.descendants().forEach(process -> {
                String python = "python " + process.pid();
                say(python + " threads", ProcessResources.threads(process.pid()));
                say(python + " descriptors", ProcessResources.descriptors(process.pid()));
                say(python + " resident bytes", ProcessResources.residentBytes(process.pid()));
            });
        }

        @SuppressWarnings("SystemOut")
        private static void say(String name, long value) {
            System.out.println(name + " " + value);
        }
    }
}
