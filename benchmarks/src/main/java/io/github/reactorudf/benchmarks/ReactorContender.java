package io.github.reactorudf.benchmarks;

import io.github.reactorudf.BatchTransform;
import io.github.reactorudf.PythonEnvironment;
import io.github.reactorudf.PythonRuntime;
import io.github.reactorudf.Udf;
import io.github.reactorudf.Workers;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;

/** The library as its documentation shows it, with default settings. */
final class ReactorContender implements Contender {

    private static final int MOST_AT_ONCE = 8;
    private static final String BLOCKING = "reactor-udf-blocking";

    private final String name;
    private final String module;
    private final UnaryOperator<BatchTransform> options;
    private final BiPredicate<Scenario, Form> takes;
    private final PythonRuntime python;

    /**
     * @param module the Python module whose functions are called
     * @param options what is said of an evaluation beyond its functions
     */
    private ReactorContender(
            String name,
            String module,
            UnaryOperator<BatchTransform> options,
            BiPredicate<Scenario, Form> takes,
            Workers workers,
            Home home,
            BufferAllocator allocator) {
        this.name = name;
        this.module = module;
        this.options = options;
        this.takes = takes;
        this.python = PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(home.venv()))
                .modules(home.python())
                .workers(workers)
                .allocator(allocator)
                .build();
    }

    /** With a thread that blocks for each batch before it sends the next: for single batches. */
    static ReactorContender blocking(Home home, BufferAllocator allocator) {
        return new ReactorContender(
                BLOCKING,
                "functions",
                UnaryOperator.identity(),
                (scenario, form) -> scenario.mode() == Scenario.Mode.NEW || scenario.mode() == Scenario.Mode.OPEN,
                Workers.local(MOST_AT_ONCE),
                home,
                allocator);
    }

    static ReactorContender plain(Home home, BufferAllocator allocator) {
        return new ReactorContender(
                "reactor-udf",
                "functions",
                UnaryOperator.identity(),
                (scenario, form) -> scenario.mode() != Scenario.Mode.CONNECT,
                Workers.local(MOST_AT_ONCE),
                home,
                allocator);
    }

    /** With functions that are declared row-wise: for streams of them. */
    static ReactorContender rowWise(Home home, BufferAllocator allocator) {
        return new ReactorContender(
                "reactor-udf-row-wise",
                "row_wise",
                UnaryOperator.identity(),
                (scenario, form) -> scenario.mode() == Scenario.Mode.STREAM
                        && !scenario.workload().equals(Workload.SLEEP),
                Workers.local(MOST_AT_ONCE),
                home,
                allocator);
    }

    /** With an evaluation spread over workers: for functions that compute or wait. */
    static ReactorContender parallel(int workers, Workload workload, Home home, BufferAllocator allocator) {
        return new ReactorContender(
                "reactor-udf-parallel-" + workers,
                "functions",
                transform -> transform.parallelism(workers),
                (scenario, form) -> scenario.mode() == Scenario.Mode.STREAM
                        && scenario.workload().equals(workload),
                Workers.local(MOST_AT_ONCE),
                home,
                allocator);
    }

    /** Where each evaluation begins with a new process, which is given back at its end. */
    static ReactorContender connecting(Home home, BufferAllocator allocator) {
        return new ReactorContender(
                "reactor-udf",
                "functions",
                UnaryOperator.identity(),
                (scenario, form) -> scenario.mode() == Scenario.Mode.CONNECT && form == Form.ARROW,
                Workers.local(MOST_AT_ONCE).maxEvaluations(1),
                home,
                allocator);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean takes(Scenario scenario, Form form) {
        return takes.test(scenario, form);
    }

    @Override
    public Evaluator evaluator(Scenario scenario, Form form, Input input) {
        Workload workload = scenario.workload();
        Udf[] udfs = workload.functions().stream()
                .map(function -> Udf.scalar(module + ":" + function + "_" + form.key())
                        .on(workload.reads().toArray(String[]::new))
                        .returns(workload.returns())
                        .as(function))
                .toArray(Udf[]::new);
        BatchTransform transform = options.apply(python.evaluate(udfs));
        return name.equals(BLOCKING)
                ? new ReactorEvaluator(transform, workload, input)
                : new ChainedEvaluator(transform, workload, input);
    }

    @Override
    public void close() {
        python.close();
    }
}
