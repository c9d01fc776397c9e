package io.github.reactorudf.benchmarks;

import io.github.reactorudf.arrow.ArrowMemory;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One batch to Python and back, in an evaluation that is open and in one of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked
public class RoundTripBenchmark {

    @Param({"1", "10000", "100000"})
    private int rows;

    private BufferAllocator allocator;
    private Contender contender;
    private Input input;
    private Evaluator evaluator;
    private Evaluator.Calls open;

    @Setup
    public void setUp() throws Exception {
        Scenario scenario = new Scenario("batch", Scenario.Mode.OPEN, Workload.LIGHT, rows, rows, 1, 1);
        allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
        contender = ReactorContender.plain(new HomeOptions().home(), allocator);
        input = new Input(scenario, allocator);
        evaluator = contender.evaluator(scenario, Form.ARROW, input);
        open = evaluator.open();
    }

    @Benchmark
    public Object openEvaluation() throws Exception {
        return open.call();
    }

    @Benchmark
    public Object newEvaluation() throws Exception {
        return evaluator.stream();
    }

    @TearDown
    public void tearDown() throws Exception {
        open.close();
        evaluator.close();
        contender.close();
        input.close();
        allocator.close();
    }
}
