package io.github.reactorudf.samples.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A Python file.
 *
 * @param module what it is imported as: its path; or, in a package, the module's name, so that it can import its
 *     siblings by {@code from .sibling import …}
 * @param directories where it looks for modules: beside itself, and beside its package
 */
record CodeFile(String module, List<Path> directories) {

    static CodeFile of(Path path) {
        Path file = path.toAbsolutePath().normalize();
        Path directory = Objects.requireNonNull(file.getParent());
        String name = Objects.requireNonNull(file.getFileName()).toString();
        String module = name.substring(0, name.length() - ".py".length());
        Path root = directory;
        while (root.getParent() != null && Files.isRegularFile(root.resolve("__init__.py"))) {
            module = root.getFileName() + "." + module;
            root = root.getParent();
        }
        return root.equals(directory)
                ? new CodeFile(file.toString(), List.of(directory))
                : new CodeFile(module, List.of(root, directory));
    }
}
