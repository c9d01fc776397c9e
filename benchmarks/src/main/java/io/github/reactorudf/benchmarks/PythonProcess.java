package io.github.reactorudf.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of a peer: says {@code {"ready":true}} in a line, then answers lines of JSON with lines of JSON. Its
 * standard error is this JVM's. It ends at the end of its input.
 */
final class PythonProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS_TO_END = 20;

    private final String script;
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final JsonNode greeting;

    PythonProcess(Home home, String script, String... arguments) throws IOException {
        Path python = home.venv().resolve("bin/python");
        List<String> command = new ArrayList<>(
                List.of(python.toString(), home.python().resolve(script).toString()));
        command.addAll(List.of(arguments));
        this.script = script;
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.greeting = answer();
    }

    /** What it said when it was ready. */
    JsonNode greeting() {
        return greeting;
    }

    long pid() {
        return process.pid();
    }

    JsonNode ask(Map<String, ?> question) throws IOException {
        questions.write(JSON.writeValueAsString(question) + "\n");
        questions.flush();
        return answer();
    }

    private JsonNode answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(script + " ended; standard error says why");
        }
        JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) {
            throw new IOException(script + ": " + answer.get("error").asText());
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        try (questions) {
            questions.write("{\"quit\":true}\n");
        } catch (IOException e) {
            // It has ended already.
        }
        process.onExit()
                .completeOnTimeout(process, SECONDS_TO_END, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
        answers.close();
    }
}
