package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Scripts of the tests, run by the tests' Python environment. */
final class Python {

    private Python() {}

    /** Runs a script in {@code src/test/python}; fails with what it says if it fails. */
    static void run(String script, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Run.VENV + "/bin/python", "src/test/python/" + script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
