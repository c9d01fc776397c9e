package io.github.reactorudf.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** A peer that needs no JVM of ours: a process that makes its own input, and times itself. */
final class ChildContender implements Contender {

    private final String name;
    private final PythonProcess process;

    ChildContender(String name, Home home, String script, String mode) throws IOException {
        this.name = name;
        this.process = new PythonProcess(home, script, "--mode", mode);
    }

    @Override
    public String name() {
        return name;
    }

    JsonNode versions() {
        return process.greeting().path("versions");
    }

    @Override
    public boolean takes(Scenario scenario, Form form) {
        return scenario.mode() == Scenario.Mode.STREAM && scenario.evaluations() == 1 && scenario.passes() == 1;
    }

    @Override
    public Evaluator evaluator(Scenario scenario, Form form, Input input) {
        Map<String, ?> question = Map.of(
                "scenario", scenario.name(),
                "form", form.key(),
                "function", scenario.workload().key(),
                "rows", scenario.rows(),
                "batch_rows", scenario.batchRows());
        return new Evaluator() {
            @Override
            public Run stream() throws IOException {
                JsonNode answer = process.ask(question);
                return new Run(
                        answer.get("seconds").asDouble(),
                        answer.get("rows").asLong(),
                        answer.get("checksum").asLong());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
