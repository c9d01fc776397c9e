package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands in README.md do what it says, with the functions that it shows. */
@ExtendWith(Leftovers.class)
class ReadmeTest {

    private static final Pattern COMMAND = Pattern.compile("\\| ([a-z-]+) \\| `runner (--udf [^`]+)` \\|");
    private static final Pattern PYTHON = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);

    /** The columns of each kind's output. */
    private static final Map<String, String> OUTPUT = new HashMap<>(Map.of(
            "scalar", "hours",
            "scalar-iterator", "above",
            "scalar-async", "asked",
            "rows", "name",
            "window-aggregate", "mean",
            "table", "stop"));

    @TempDir
    static Path directory;

    @BeforeAll
    static void files() throws Exception {
        OUTPUT.replaceAll((kind, column) -> "origin,day,delay,route," + column);
        OUTPUT.put("map", "origin,delay");
        OUTPUT.put("grouped-map", "origin,day,delay");
        OUTPUT.put("grouped-aggregate", "origin,mean,most");
        OUTPUT.put("cogrouped-map", "origin,flights,wind");
        Files.writeString(directory.resolve("flights.py"), python());
        Files.writeString(directory.resolve("flights.csv"), """
                origin,day,delay,route
                LGA,2,20,LGA-ORD
                JFK,1,5.5,JFK-SFO-HNL
                JFK,2,,JFK-BOS
                """);
        Files.writeString(directory.resolve("weather.csv"), "station,wind\nJFK,11.5\nEWR,9\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandWorks(String kind, String arguments) throws Exception {
        String[] given = Stream.concat(
                        Stream.of("--python", Run.VENV),
                        Arrays.stream(arguments.split(" ")).map(ReadmeTest::located))
                .toArray(String[]::new);
        Run.exactly(given).expect(0);
        Path output = Path.of(given[given.length - 1]);
        List<String> columns = Sql.columns(output).stream()
                .map(column -> column.substring(0, column.lastIndexOf(' ')))
                .toList();
        assertEquals(OUTPUT.get(kind), String.join(",", columns));
    }

    @Test
    void everyKindHasACommand() {
        List<String> kinds =
                commands().map(command -> command[0].toString()).sorted().toList();
        assertEquals(Arrays.stream(Kind.values()).map(Kind::toString).sorted().toList(), kinds);
    }

    @Test
    void describeListsTheFunctions() {
        Run run = Run.exactly("describe", "--python", Run.VENV, located("flights.py"))
                .expect(0);
        for (String line : List.of(
                "hours +scalar_pandas +delay +- +double",
                "above +scalar_iterator_pandas +batches +usual=10 +double",
                "label +rows_python +origin, day +- +string",
                "windy +cogrouped_map_pandas +key, flights, weather +- +origin: string, flights: int64, wind: double")) {
            assertTrue(run.out().lines().anyMatch(said -> said.matches(line)), run.out());
        }
        Run json = Run.exactly("describe", "--json", "--python", Run.VENV, located("flights.py"))
                .expect(0);
        assertTrue(json.out().contains("\"constants\" : \"usual=10\""), json.out());
    }

    static Stream<Object[]> commands() {
        return COMMAND.matcher(readme()).results().map(found -> new Object[] {found.group(1), found.group(2)});
    }

    private static String located(String argument) {
        return argument.matches(".*\\.(py|csv|parquet)(:.*)?")
                ? directory.resolve(argument).toString()
                : argument;
    }

    private static String python() {
        return PYTHON.matcher(readme())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining())
                .replaceAll("```(python)?", "");
    }

    private static String readme() {
        try {
            return Files.readString(Path.of("README.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
