package io.github.reactorudf.benchmarks;

import io.github.reactorudf.arrow.ArrowMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import one.profiler.AsyncProfiler;
import one.profiler.AsyncProfilerLoader;
import org.apache.arrow.memory.BufferAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says where the time of both processes goes: collapsed stacks, by async-profiler and py-spy, at the same time. */
@Command(
        mixinStandardHelpOptions = true,
        name = "profile",
        description = "Run a scenario under profilers: target/jvm.collapsed and target/worker.collapsed.")
final class ProfileCommand implements Callable<Integer> {

    @Mixin
    private HomeOptions homeOptions = new HomeOptions();

    @Option(names = "--contender", defaultValue = "reactor-udf", description = "Default: ${DEFAULT-VALUE}")
    private String contender = "";

    @Option(names = "--scenario", defaultValue = "light_1m", description = "Default: ${DEFAULT-VALUE}")
    private String scenarioName = "";

    @Option(names = "--form", defaultValue = "ARROW", description = "Default: ${DEFAULT-VALUE}")
    private Form form = Form.ARROW;

    @Option(names = "--seconds", defaultValue = "15", description = "Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        Home home = homeOptions.home();
        Scenario scenario = Scenario.named(scenarioName);
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
                Contenders contenders = new Contenders(home, allocator, Set.of(contender));
                Input input = new Input(scenario, allocator)) {
            for (Contender each : contenders.all()) {
                if (each.takes(scenario, form)) {
                    try (Measuring measuring = new Measuring(each, scenario, form, input, 100)) {
                        profile(home, measuring);
                    }
                }
            }
        }
        return 0;
    }

    private void profile(Home home, Measuring measuring) throws Exception {
        measuring.warmUp(1);
        Map<Long, Duration> before = processorTimes();
        AsyncProfiler profiler = AsyncProfilerLoader.load();
        profiler.execute("start,event=cpu,interval=1ms,threads");
        rounds(measuring, seconds);
        profiler.execute("stop,collapsed,file=" + home.target().resolve("jvm.collapsed"));
        // By itself: it stops the worker for each sample, and the JVM waits meanwhile.
        Process python = pySpy(home, before);
        while (python.isAlive()) {
            rounds(measuring, 1);
        }
        if (python.waitFor() != 0) {
            throw new IOException("py-spy failed; standard error says why");
        }
    }

    private static void rounds(Measuring measuring, double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int round = 0; System.nanoTime() < end; round++) {
            measuring.round(round);
        }
    }

    /** Of the process that worked most meanwhile: the one that evaluates. */
    private Process pySpy(Home home, Map<Long, Duration> before) throws IOException {
        Map<Long, Duration> after = processorTimes();
        after.replaceAll((pid, time) -> time.minus(before.getOrDefault(pid, Duration.ZERO)));
        long worker = after.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow(() -> new IOException(contender + " has no process of Python to profile"))
                .getKey();
        return new ProcessBuilder(
                        home.venv().resolve("bin/py-spy").toString(),
                        "record",
                        "--pid=" + worker,
                        "--duration=" + seconds,
                        "--rate=500",
                        "--native",
                        "--format=raw",
                        "--output=" + home.target().resolve("worker.collapsed"))
                .inheritIO()
                .start();
    }

    private static Map<Long, Duration> processorTimes() {
        try (Stream<ProcessHandle> processes = ProcessHandle.current().descendants()) {
            return processes.collect(Collectors.toMap(
                    ProcessHandle::pid,
                    process -> process.info().totalCpuDuration().orElse(Duration.ZERO)));
        }
    }
}
