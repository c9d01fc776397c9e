package io.github.reactorudf.benchmarks;

import io.github.reactorudf.arrow.ArrowMemory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures all contenders in each scenario, interleaved: one run of each in a round, in an order drawn anew. */
@Command(
        mixinStandardHelpOptions = true,
        name = "table",
        description = "Measure every contender in every scenario: half an hour or so.")
final class TableCommand implements Callable<Integer> {

    @Mixin
    private HomeOptions homeOptions = new HomeOptions();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "15", description = "Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Of each contender in each scenario. Default: ${DEFAULT-VALUE}")
    private double warmUp;

    @Option(
            names = "--first-warm-up",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Of each contender before its first scenario of a kind (streams, new and open evaluations),"
                    + " with work so light that the JVM compiles what is called for each batch."
                    + " Default: ${DEFAULT-VALUE}")
    private double firstWarmUp;

    @Option(
            names = "--calls",
            paramLabel = "N",
            defaultValue = "1000",
            description = "In a round of single batches. Default: ${DEFAULT-VALUE}")
    private int calls;

    @Option(names = "--scenarios", split = ",", paramLabel = "NAME", description = "These alone. Default: all")
    private Set<String> scenarios = new LinkedHashSet<>();

    @Option(names = "--contenders", split = ",", paramLabel = "NAME", description = "These alone. Default: all")
    private Set<String> contenders = new LinkedHashSet<>();

    @Option(names = "--forms", split = ",", paramLabel = "FORM", defaultValue = "ARROW,PANDAS")
    private Set<Form> forms = new LinkedHashSet<>();

    @Option(names = "--results", paramLabel = "FILE", description = "Default: target/results.jsonl")
    private @Nullable Path results;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "Of the rows, for trying things out. Default: ${DEFAULT-VALUE}")
    private double scale;

    @Option(
            names = "--docs",
            paramLabel = "DIRECTORY",
            description =
                    "Write the tables into its performance.md, and plots beside it. Default: print the targets alone")
    private @Nullable Path docs;

    @Override
    public Integer call() throws Exception {
        Home home = homeOptions.home();
        Path file = results == null ? home.target().resolve("results.jsonl") : results;
        try (BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
                Contenders all = new Contenders(home, allocator, contenders);
                Results out = Results.create(file)) {
            Map<String, Object> machine = new LinkedHashMap<>(Machine.describe(home));
            machine.putAll(all.versions());
            machine.put("left_out", all.leftOut());
            out.add(Map.of("machine", machine));
            FirstWarmUp first = new FirstWarmUp(firstWarmUp, calls, scale, allocator);
            for (List<Scenario> compared : chosen()) {
                measure(compared, all.all(), first, allocator, out);
            }
        }
        return Report.of(home, file, docs);
    }

    private List<List<Scenario>> chosen() {
        Set<Scenario> wanted = (scenarios.isEmpty()
                        ? Scenario.table()
                        : scenarios.stream().map(Scenario::named))
                .collect(Collectors.toSet());
        return Stream.concat(Scenario.TABLE.stream(), Scenario.MEMORY.stream().map(List::of))
                .map(compared -> compared.stream()
                        .filter(wanted::contains)
                        .map(scenario -> scenario.scaled(scale))
                        .toList())
                .filter(compared -> !compared.isEmpty())
                .toList();
    }

    private void measure(
            List<Scenario> compared, List<Contender> all, FirstWarmUp first, BufferAllocator allocator, Results out)
            throws Exception {
        for (Form form : forms) {
            Map<Scenario, List<Contender>> taken = new LinkedHashMap<>();
            for (Scenario scenario : compared) {
                List<Contender> takers =
                        all.stream().filter(each -> each.takes(scenario, form)).toList();
                first.run(takers, scenario, form);
                taken.put(scenario, takers);
            }
            try (Comparison comparison = new Comparison(taken, form, calls, allocator)) {
                comparison.warmUp(warmUp);
                // Written behind the last round: what the JVM does for a file is no part of the next contender's time.
                comparison.rounds(rounds).forEach(out::add);
            }
        }
        compared.forEach(scenario -> System.err.println("measured " + scenario.name()));
    }
}
