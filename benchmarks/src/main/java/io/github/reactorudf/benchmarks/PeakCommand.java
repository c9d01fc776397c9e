package io.github.reactorudf.benchmarks;

import io.github.reactorudf.arrow.ArrowMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs one scenario twice and adds the peak resident memory to the results: of the JVM that streams, and of the largest
 * Python process, which is the one that evaluates. Pages that it shares with the process it was forked from count.
 */
@Command(name = "peak", hidden = true, description = "Measure the peak memory of one contender in this process.")
final class PeakCommand implements Callable<Integer> {

    @Mixin
    private HomeOptions homeOptions = new HomeOptions();

    @Option(names = "--contender", required = true)
    private String contender = "";

    @Option(names = "--scenario", required = true)
    private String scenarioName = "";

    @Option(names = "--form", required = true)
    private Form form = Form.ARROW;

    @Option(names = "--results", required = true)
    private Path results = Path.of("");

    @Override
    public Integer call() throws Exception {
        Home home = homeOptions.home();
        Scenario scenario = Scenario.named(scenarioName);
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
                Contenders contenders = new Contenders(home, allocator, Set.of(contender));
                Results out = Results.append(results)) {
            for (Contender each : contenders.all()) {
                if (each.takes(scenario, form)) {
                    run(each, scenario, allocator);
                    out.add(peaks(each, scenario));
                }
            }
        }
        return 0;
    }

    private void run(Contender each, Scenario scenario, BufferAllocator allocator) throws Exception {
        boolean child = each instanceof ChildContender;
        try (Input input = new Input(child ? scenario.scaled(0) : scenario, allocator);
                Measuring measuring = new Measuring(each, scenario, form, input, 1)) {
            measuring.warmUp(0);
        }
    }

    private Map<String, Object> peaks(Contender each, Scenario scenario) {
        boolean ours = !(each instanceof ChildContender);
        long jvm = ours ? peak(ProcessHandle.current()) : largest(command -> command.endsWith("/java"));
        return Map.of(
                "scenario", scenario.name(),
                "form", form.key(),
                "contender", each.name(),
                "jvm_peak_bytes", jvm,
                "python_peak_bytes", largest(command -> command.contains("python")));
    }

    private static long largest(Predicate<String> command) {
        try (Stream<ProcessHandle> processes = ProcessHandle.current().descendants()) {
            return processes
                    .filter(process -> process.info().command().filter(command).isPresent())
                    .mapToLong(PeakCommand::peak)
                    .max()
                    .orElse(0);
        }
    }

    private static long peak(ProcessHandle process) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        try {
            // Of a process that has ended nothing is left to read.
            return Files.exists(status)
                    ? 1024 * Long.parseLong(Machine.field(status, "VmHWM").replace(" kB", ""))
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
