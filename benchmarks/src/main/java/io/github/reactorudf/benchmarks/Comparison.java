package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;

/** Contenders side by side, in scenarios that are compared: always in turns, never one behind the other. */
final class Comparison implements AutoCloseable {

    private static final double TURN_SECONDS = 1;

    private final List<Input> inputs = new ArrayList<>();
    private final List<Measuring> all = new ArrayList<>();

    /**
     * @param compared who is measured in each scenario
     * @param calls in a round, where single batches are measured
     */
    Comparison(Map<Scenario, List<Contender>> compared, Form form, int calls, BufferAllocator allocator)
            throws Exception {
        try {
            for (Map.Entry<Scenario, List<Contender>> entry : compared.entrySet()) {
                Scenario scenario = entry.getKey();
                Input input = new Input(scenario, allocator);
                inputs.add(input);
                for (Contender contender : entry.getValue()) {
                    all.add(new Measuring(contender, scenario, form, input, calls));
                }
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /**
     * Runs each for that long, twice at least, and checks what comes out. What contenders share, such as Netty and
     * Arrow, the JVM compiles for what it has seen of each, and again when it sees another.
     */
    void warmUp(double seconds) throws Exception {
        double left = seconds;
        do {
            for (Measuring each : all) {
                each.warmUp(Math.min(TURN_SECONDS, left));
            }
            left -= TURN_SECONDS;
        } while (left > 0);
    }

    /** Measures a round of each, in an order drawn anew, again and again. */
    List<Map<String, Object>> rounds(int count) throws Exception {
        List<Measuring> order = new ArrayList<>(all);
        Random random = new Random();
        List<Map<String, Object>> measured = new ArrayList<>();
        for (int round = 0; round < count; round++) {
            Collections.shuffle(order, random);
            for (Measuring each : order) {
                measured.add(each.round(round));
            }
        }
        return measured;
    }

    @Override
    public void close() throws IOException {
        for (Measuring each : all) {
            each.close();
        }
        inputs.forEach(Input::close);
    }
}
