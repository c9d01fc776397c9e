package io.github.reactorudf.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The table's most telling scenarios, with few rounds. */
@Command(
        mixinStandardHelpOptions = true,
        name = "quick",
        description = "Measure every contender in a few scenarios: two minutes. Takes the options of table.")
final class QuickCommand implements Callable<Integer> {

    private static final List<String> SETTINGS = List.of(
            "--rounds=3",
            "--warm-up=0.5",
            "--first-warm-up=1",
            "--calls=100",
            "--scenarios=" + String.join(",", Scenario.QUICK));

    @Unmatched
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() {
        CommandLine table = new CommandLine(new TableCommand()).setOverwrittenOptionsAllowed(true);

        String[] arguments = Stream.concat(SETTINGS.stream(), options.stream()).toArray(String[]::new);
        return table.execute(arguments);
    }
}
