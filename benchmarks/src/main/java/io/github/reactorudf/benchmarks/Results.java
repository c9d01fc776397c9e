package io.github.reactorudf.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The file of results: a line of JSON for each measurement. */
final class Results implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Writer out;

    private Results(Writer out) {
        this.out = out;
    }

    /** A new run. */
    static Results create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().resolve("..").normalize());
        return new Results(Files.newBufferedWriter(file));
    }

    /** More of the run that is in the file. */
    static Results append(Path file) throws IOException {
        return new Results(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    }

    void add(Map<String, ?> line) {
        try {
            out.write(JSON.writeValueAsString(line) + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
