package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables and plots that Python makes of results. */
final class Report {

    private Report() {}

    /**
     * Prints the targets beside what was measured.
     *
     * @param docs where the tables and plots are to be written, too
     * @return the exit status
     */
    static int of(Home home, Path results, @Nullable Path docs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                home.venv().resolve("bin/python").toString(),
                home.python().resolve("report.py").toString(),
                results.toString()));
        if (docs != null) {
            command.addAll(List.of("--docs", docs.toString()));
        }
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
