package io.github.reactorudf.samples.runner;

import static io.github.reactorudf.samples.runner.UsageException.check;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files to read and to write. */
final class FileOptions {

    static final String HEADING = "%nFiles (" + FileFormat.NAMES + "):%n";

    @Option(names = "--input", paramLabel = "FILE", description = "The file to read.")
    private @Nullable Path input;

    @Option(names = "--right", paramLabel = "FILE", description = "The second file to read, of a cogrouped map.")
    private @Nullable Path right;

    @Option(names = "--output", paramLabel = "FILE", description = "The file to write; it appears when it is complete.")
    private @Nullable Path output;

    InputFile input(Sorting sorting) {
        return input("--input", input, sorting);
    }

    boolean hasRight() {
        return right != null;
    }

    /** The second input, or null without one. */
    @Nullable
    InputFile right(Sorting sorting) {
        return right == null ? null : input("--right", right, sorting);
    }

    Path output() {
        Path file = said("--output", output);
        Path directory = file.toAbsolutePath().getParent();
        check(
                directory != null && Files.isDirectory(directory) && !Files.isDirectory(file),
                "--output: cannot write a file at " + file + ": its directory must exist, and it must not be one");
        return file;
    }

    FileFormat outputFormat() {
        return format("--output", said("--output", output));
    }

    private static InputFile input(String option, @Nullable Path path, Sorting sorting) {
        Path file = said(option, path);
        check(Files.isRegularFile(file), option + ": there is no file " + file);
        return new InputFile(file, format(option, file), sorting);
    }

    private static Path said(String option, @Nullable Path file) {
        if (file == null) {
            throw new UsageException(option + " is missing: say FILE, which ends in " + FileFormat.NAMES);
        }
        return file;
    }

    private static FileFormat format(String option, Path file) {
        FileFormat format = FileFormat.of(file);
        if (format == null) {
            throw new UsageException(option + ": the name of " + file + " must end in " + FileFormat.NAMES);
        }
        return format;
    }
}
