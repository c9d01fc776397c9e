package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has {@link PeakCommand} measure each contender in processes of its own. */
@Command(
        mixinStandardHelpOptions = true,
        name = "memory",
        description = "Measure the peak memory of each contender in processes of its own, and add it to the results.")
final class MemoryCommand implements Callable<Integer> {

    private static final List<String> STREAMS =
            List.of("light_100k", "light_1m", "light_5m", "cpu_1m", "sleep", "three_100k", "three_1m");
    private static final List<String> LONG = List.of("reactor-udf", "flight-unix");

    @Mixin
    private HomeOptions homeOptions = new HomeOptions();

    @Option(names = "--contenders", split = ",", paramLabel = "NAME", description = "These alone. Default: all")
    private Set<String> contenders = new LinkedHashSet<>(Contenders.NAMES);

    @Option(names = "--scenarios", split = ",", paramLabel = "NAME", description = "These alone. Default: streams")
    private Set<String> scenarios = new LinkedHashSet<>(STREAMS);

    @Option(names = "--forms", split = ",", paramLabel = "FORM", defaultValue = "ARROW,PANDAS")
    private Set<Form> forms = new LinkedHashSet<>();

    @Option(names = "--results", paramLabel = "FILE", description = "Default: target/results.jsonl")
    private @Nullable Path results;

    @Override
    public Integer call() throws Exception {
        Home home = homeOptions.home();
        Path file = results == null ? home.target().resolve("results.jsonl") : results;
        if (!Files.exists(file)) {
            throw new IOException(file + " does not exist: run table or quick first, to which this adds");
        }
        int failed = 0;
        for (String contender : contenders) {
            for (Form form : forms) {
                for (String scenario : scenariosOf(contender)) {
                    failed += measure(home, contender, scenario, form, file) == 0 ? 0 : 1;
                }
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private Set<String> scenariosOf(String contender) {
        Set<String> all = new LinkedHashSet<>(scenarios);
        if (LONG.contains(contender)) {
            Scenario.MEMORY.forEach(scenario -> all.add(scenario.name()));
        }
        return all;
    }

    private static int measure(Home home, String contender, String scenario, Form form, Path file)
            throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Benchmarks.class.getName(),
                "peak",
                "--venv=" + home.venv(),
                "--contender=" + contender,
                "--scenario=" + scenario,
                "--form=" + form,
                "--results=" + file));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
