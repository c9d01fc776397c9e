package io.github.reactorudf.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.arrow.ArrowMemory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
class FirstWarmUpTest {

    /** As {@code parallelism} has one for functions that compute or wait alone. */
    @Test
    void warmsUpWithLightWorkWhoHasNoFigureForIt() throws Exception {
        ComputingContender contender = new ComputingContender();
        Scenario computing = Scenario.named("cpu_1m");

        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE)) {
            FirstWarmUp warmUp = new FirstWarmUp(0, 1, 0.01, allocator);
            warmUp.run(List.of(contender), computing, Form.ARROW);
            warmUp.run(List.of(contender), computing, Form.PANDAS);
        }

        assertEquals(List.of("light_1m", "light_1m"), contender.streamed, "twice, and before its first scenario alone");
    }

    /** Gives right results for whatever it is asked, and has a figure for computing functions alone. */
    private static final class ComputingContender implements Contender {

        private final List<String> streamed = new ArrayList<>();

        @Override
        public String name() {
            return "computing";
        }

        @Override
        public boolean takes(Scenario scenario, Form form) {
            return scenario.workload().equals(Workload.CPU);
        }

        @Override
        public Evaluator evaluator(Scenario scenario, Form form, Input input) {
            return new Evaluator() {
                @Override
                public Run stream() {
                    streamed.add(scenario.name());
                    return new Run(0, scenario.rows(), scenario.workload().checksum(scenario.rows()));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
