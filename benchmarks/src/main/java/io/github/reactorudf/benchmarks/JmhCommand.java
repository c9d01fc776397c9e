package io.github.reactorudf.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Microbenchmarks of what is this library's own. */
@Command(name = "jmh", description = "Run JMH on the library's own parts. Takes the options of JMH.")
final class JmhCommand implements Callable<Integer> {

    @Unmatched
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Main.main(options.toArray(String[]::new));
        return 0;
    }
}
