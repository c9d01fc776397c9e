package io.github.reactorudf.samples.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A file that appears under its name only when it is complete: until {@link #keep()} it is a hidden sibling, removed by
 * close.
 */
final class TemporaryOutput implements AutoCloseable {

    private final Path target;
    private final Path file;

    /** Creates the sibling, so that a directory that can't be written fails here and not at the end. */
    TemporaryOutput(Path target) throws IOException {
        this.target = target.toAbsolutePath();
        Path directory = this.target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IOException("cannot write " + target + ": there is no directory " + directory);
        }
        // Not createTempFile, which would leave the result readable by its owner alone.
        this.file = Files.createFile(
                this.target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp"));
        // For a JVM that ends before close is reached; there is nothing of that name once the file is kept.
        file.toFile().deleteOnExit();
    }

    Path file() {
        return file;
    }

    /** Puts the file in its place, over what was there. */
    void keep() throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
