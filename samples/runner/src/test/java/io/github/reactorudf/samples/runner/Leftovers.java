package io.github.reactorudf.samples.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each test no process of ours is left. A process that is ending has a minute to be gone. */
final class Leftovers implements AfterEachCallback {

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
        for (ProcessHandle child : children) {
            child.onExit().get(1, TimeUnit.MINUTES);
        }
    }

    /** Fails unless {@code directory} holds exactly the files of these names. */
    static void assertFiles(Path directory, String... names) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            Set<String> found = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            assertEquals(Set.of(names), found);
        }
    }
}
