package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be installed: a file, or lines that could be in one. */
public final class Requirements {

    private final @Nullable Path file;
    private final List<String> lines;

    private Requirements(@Nullable Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** A file, read when the environment is needed. */
    public static Requirements file(Path file) {
        return new Requirements(file, List.of());
    }

    /** Lines that are requirements, not options. */
    public static Requirements of(List<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("no requirements: at least pyarrow is needed");
        }
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("-")) {
                throw new IllegalArgumentException("not a requirement: '" + line + "'");
            }
        }
        return new Requirements(null, List.copyOf(lines));
    }

    byte[] content() {
        if (file == null) {
            return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new UdfException("The requirements file " + file + " does not exist.", e);
        } catch (IOException e) {
            throw new UdfException("The requirements file " + file + " can't be read: " + e, e);
        }
    }

    /** Relative paths in a file are meant from where it lies. */
    Path workingDirectory() {
        return file == null ? Path.of("").toAbsolutePath() : file.resolveSibling("");
    }

    List<String> arguments() {
        return file == null ? lines : List.of("-r", file.toString());
    }

    /** A command line for {@code pip install}. */
    List<String> appendTo(List<String> command) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments());
        return whole;
    }

    @Override
    public String toString() {
        return file == null ? String.join(" ", lines) : file.toString();
    }
}
