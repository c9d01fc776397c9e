package io.github.reactorudf.worker;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Python package that this library carries on its class path. Where one of its files lies is asked of the class
 * loader; the others lie beside it, in a directory or in a jar, be it shaded or nested in another one.
 */
final class WorkerFiles {

    private static final String ROOT = "io/github/reactorudf/python/";
    private static final String PACKAGE = ROOT + "reactor_udf/";
    private static final String ANCHOR = PACKAGE + "_supervisor.py";

    private WorkerFiles() {}

    /** Writes the package into a directory, which is made; it can then be put on Python's path. */
    static void unpack(@Nullable ClassLoader loader, Path directory) throws IOException {
        URL anchor = loader == null ? ClassLoader.getSystemResource(ANCHOR) : loader.getResource(ANCHOR);
        if (anchor == null) {
            throw new IOException(ANCHOR + " is not on the class path: the jar of reactor-udf is incomplete");
        }
        URLConnection connection = anchor.openConnection();
        if (connection instanceof JarURLConnection jar) {
            // Closing a cached jar would close it for everybody.
            jar.setUseCaches(false);
            try (JarFile file = jar.getJarFile()) {
                copyJar(file, jar.getEntryName(), directory);
            }
        } else if (anchor.getProtocol().equals("file")) {
            copyDirectory(Path.of(URI.create(anchor.toString())), directory);
        } else {
            throw new IOException("the Python package can't be read from " + anchor);
        }
    }

    private static void copyJar(JarFile jar, String anchor, Path directory) throws IOException {
        String root = anchor.substring(0, anchor.length() - ANCHOR.length() + ROOT.length());
        String content = anchor.substring(0, anchor.length() - ANCHOR.length() + PACKAGE.length());
        List<JarEntry> entries = jar.stream()
                .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(content))
                .toList();
        for (JarEntry entry : entries) {
            Path target =
                    directory.resolve(entry.getName().substring(root.length())).normalize();
            if (!target.startsWith(directory)) {
                throw new IOException("a jar entry leaves its directory: " + entry.getName());
            }
            try (InputStream in = jar.getInputStream(entry)) {
                copy(in, target);
            }
        }
    }

    private static void copyDirectory(Path anchor, Path directory) throws IOException {
        Path content = anchor.resolveSibling("");
        Path root = anchor.resolve("../..").normalize();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(content)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                copy(in, directory.resolve(root.relativize(file).toString()));
            }
        }
    }

    private static void copy(InputStream in, Path target) throws IOException {
        Files.createDirectories(target.resolveSibling(""));
        Files.copy(in, target);
    }
}
