package io.github.reactorudf.benchmarks;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;

/** Jep: Python in this process, on one thread, batches over the Arrow C data interface both ways. */
final class JepContender implements Contender {

    private final JepInterpreter interpreter;
    private final BufferAllocator allocator;

    JepContender(Home home, BufferAllocator allocator) throws IOException {
        this.interpreter = new JepInterpreter(home);
        this.allocator = allocator;
    }

    @Override
    public String name() {
        return "jep";
    }

    @Override
    public boolean takes(Scenario scenario, Form form) {
        return scenario.mode() != Scenario.Mode.CONNECT && scenario.evaluations() == 1;
    }

    @Override
    public Evaluator evaluator(Scenario scenario, Form form, Input input) {
        return new JepEvaluator(interpreter, allocator, scenario.workload(), form, input);
    }

    @Override
    public void close() throws IOException {
        interpreter.close();
    }
}
