package io.github.reactorudf.benchmarks;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where things are: this module's directory, and the environment of the peers. */
record Home(Path directory, Path venv) {

    /** The directory that the jar, or the classes, were built in. */
    static Path builtIn() {
        try {
            Path built = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return built.resolve("../..").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The directory of the Python files. */
    Path python() {
        return directory.resolve("python");
    }

    Path target() {
        return directory.resolve("target");
    }
}
