package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerFilesTest {

    private static final String RESOURCES = "io/github/reactorudf/python/";

    private final Path directory;

    WorkerFilesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void unpacksFromADirectory() throws IOException {
        Path unpacked = directory.resolve("python");
        WorkerFiles.unpack(getClass().getClassLoader(), unpacked);
        assertTrue(Files.isRegularFile(unpacked.resolve("reactor_udf/_supervisor.py")));
    }

    @Test
    void unpacksTheSameFromAJar() throws IOException {
        Path expected = directory.resolve("expected");
        WorkerFiles.unpack(getClass().getClassLoader(), expected);
        Path jar = jarOf(expected, RESOURCES);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            Path unpacked = directory.resolve("python");
            WorkerFiles.unpack(loader, unpacked);
            assertEquals(files(expected), files(unpacked));
            for (Path file : files(expected)) {
                assertEquals(-1, Files.mismatch(expected.resolve(file), unpacked.resolve(file)), file.toString());
            }
        }
    }

    @Test
    void anEntryThatLeavesItsDirectoryIsRefused() throws IOException {
        Path expected = directory.resolve("expected");
        WorkerFiles.unpack(getClass().getClassLoader(), expected);
        Path jar = jarOf(expected, RESOURCES, RESOURCES + "reactor_udf/../../../escaped");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            assertThrows(IOException.class, () -> WorkerFiles.unpack(loader, directory.resolve("python")));
        }
    }

    @Test
    void aClassPathWithoutThePackageIsTold() throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[0], null)) {
            IOException error =
                    assertThrows(IOException.class, () -> WorkerFiles.unpack(loader, directory.resolve("python")));
            assertTrue(error.toString().contains("jar of reactor-udf is incomplete"));
        }
    }

    private Path jarOf(Path content, String prefix, String... emptyEntries) throws IOException {
        Path jar = directory.resolve("library.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (String name : emptyEntries) {
                entries.putNextEntry(new JarEntry(name));
            }
            for (Path file : files(content)) {
                entries.putNextEntry(new JarEntry(prefix + file));
                Files.copy(content.resolve(file), entries);
            }
        }
        return jar;
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .map(root::relativize)
                    .sorted()
                    .toList();
        }
    }
}
