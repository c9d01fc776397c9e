package io.github.reactorudf.samples.flights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/** The data and the Python module that the jar carries, as the files that DuckDB and Python want. Removed by close. */
final class UnpackedResources implements AutoCloseable {

    private final Path directory;

    UnpackedResources() throws IOException {
        directory = Files.createTempDirectory("flights-");
        unpack("/flights.parquet", data());
        unpack("/python/flights.py", directory.resolve("flights.py"));
    }

    Path data() {
        return directory.resolve("flights.parquet");
    }

    /** The directory of the module {@code flights}. */
    Path modules() {
        return directory;
    }

    private static void unpack(String resource, Path file) throws IOException {
        try (InputStream content = Objects.requireNonNull(UnpackedResources.class.getResourceAsStream(resource))) {
            Files.copy(content, file);
        }
    }

    /** Removes the directory, with what Python compiled into it. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
