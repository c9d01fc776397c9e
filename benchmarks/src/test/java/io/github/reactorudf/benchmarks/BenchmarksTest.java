package io.github.reactorudf.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;

/** Every benchmark runs, gives right results, and is reported; how fast it is says a run on a machine of its own. */
@Tag("full")
class BenchmarksTest {

    private static final List<String> SPARK = List.of("spark-sync", "spark-pipelined");
    private static final String VENV = System.getProperty("reactorudf.benchmarks.venv");

    @Test
    void eachContenderGivesRightResultsInEachScenario(@TempDir Path directory) throws Exception {
        List<String> others =
                Contenders.NAMES.stream().filter(name -> !SPARK.contains(name)).toList();

        Table table = table(directory, others, List.of());

        assertEquals(names(Scenario.table().toList()), table.scenarios());
        assertEquals(new HashSet<>(others), table.contenders());
    }

    /** In one scenario of each kind of data: it takes seconds for any. */
    @Test
    void sparkGivesRightResults(@TempDir Path directory) throws Exception {
        Table table = table(directory, SPARK, List.of("light_100k", "three_100k", "strings", "wide"));

        assertEquals(new HashSet<>(SPARK), table.contenders());
    }

    private static Table table(Path directory, List<String> contenders, List<String> scenarios) throws Exception {
        Path results = directory.resolve("results.jsonl");
        List<String> options = new ArrayList<>(List.of(
                "--scale=0.01",
                "--rounds=1",
                "--warm-up=0",
                "--first-warm-up=0",
                "--calls=2",
                "--results=" + results,
                "--contenders=" + String.join(",", contenders)));
        if (!scenarios.isEmpty()) {
            options.add("--scenarios=" + String.join(",", scenarios));
        }
        assertEquals(0, run("table", options.toArray(String[]::new)));
        return Table.of(results);
    }

    /** The names in a file of results; who could not be installed counts as there. */
    private record Table(Set<String> scenarios, Set<String> contenders) {

        static Table of(Path results) throws Exception {
            Table table = new Table(new HashSet<>(), new HashSet<>());
            for (String line : Files.readAllLines(results)) {
                JsonNode json = new ObjectMapper().readTree(line);
                if (json.has("machine")) {
                    json.at("/machine/left_out").fieldNames().forEachRemaining(table.contenders::add);
                } else {
                    table.scenarios.add(json.get("scenario").asText());
                    table.contenders.add(json.get("contender").asText());
                }
            }
            return table;
        }
    }

    private static Set<String> names(List<Scenario> scenarios) {
        return scenarios.stream().map(Scenario::name).collect(Collectors.toSet());
    }

    @Test
    void memoryIsAddedToTheResults(@TempDir Path directory) throws Exception {
        Path results = Files.createFile(directory.resolve("results.jsonl"));

        assertEquals(
                0,
                run("memory", "--contenders=nio", "--scenarios=light_100k", "--forms=ARROW", "--results=" + results));

        JsonNode line = new ObjectMapper().readTree(Files.readString(results));
        assertTrue(line.get("jvm_peak_bytes").asLong() > 0, line.toString());
        assertTrue(line.get("python_peak_bytes").asLong() > 0, line.toString());
    }

    @Test
    void eachMicrobenchmarkRuns() throws Exception {
        OptionsBuilder once = new OptionsBuilder();
        once.forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(20))
                .shouldFailOnError(true);

        assertEquals(15, new Runner(once.build()).run().size());
    }

    private static int run(String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command, "--venv=" + VENV));
        arguments.addAll(List.of(options));
        return new CommandLine(new Benchmarks()).execute(arguments.toArray(String[]::new));
    }
}
