package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.stream.Stream;

/**
 * Jep's shared interpreter, from the jar that its Python package has: none is published for this version. To be used by
 * the thread that makes it.
 */
final class JepInterpreter implements AutoCloseable {

    private final AutoCloseable interpreter;
    private final MethodHandle invoke;
    private final MethodHandle call;

    JepInterpreter(Home home) throws IOException {
        try {
            Path jar = find(home.venv(), "**/site-packages/jep/jep-*.jar");
            ClassLoader loader =
                    new URLClassLoader(new URL[] {jar.toUri().toURL()}, JepInterpreter.class.getClassLoader());
            Class<?> main = loader.loadClass("jep.MainInterpreter");
            main.getMethod("setJepLibraryPath", String.class)
                    .invoke(null, jar.resolveSibling("libjep.so").toString());
            Class<?> shared = loader.loadClass("jep.SharedInterpreter");
            Class<?> config = loader.loadClass("jep.JepConfig");
            Object paths = config.getMethod("addIncludePaths", String[].class)
                    .invoke(config.getConstructor().newInstance(), (Object) new String[] {
                        jar.resolve("../..").normalize().toString(),
                        home.python().toString()
                    });
            shared.getMethod("setConfig", config).invoke(null, paths);
            this.interpreter = (AutoCloseable) shared.getConstructor().newInstance();
            shared.getMethod("exec", String.class).invoke(interpreter, "import jep_peer");
            shared.getMethod("exec", String.class).invoke(interpreter, "prepare = jep_peer.prepare");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            this.invoke = lookup.unreflect(shared.getMethod("invoke", String.class, Object[].class))
                    .bindTo(interpreter);
            this.call =
                    lookup.unreflect(loader.loadClass("jep.python.PyCallable").getMethod("call", Object[].class));
        } catch (ReflectiveOperationException | MalformedURLException e) {
            throw new IOException("Jep can't be started", e);
        }
    }

    private static Path find(Path directory, String glob) throws IOException {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new IOException("There is no " + glob + " in " + directory));
        }
    }

    /** What {@code jep_peer.prepare} gives, to be called as often as one likes. */
    Prepared prepare(Workload workload, Form form, long schema, long given, long result) {
        Object[] arguments = {workload.key(), form.key(), schema, given, result};
        try {
            MethodHandle evaluate = call.bindTo((Object) invoke.invoke("prepare", arguments));
            Object[] none = {};
            return () -> evaluate(evaluate, none);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void evaluate(MethodHandle evaluate, Object[] none) {
        try {
            Object ignored = evaluate.invoke(none);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            interpreter.close();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Evaluates the batch that was exported to the address it knows. */
    interface Prepared {
        void evaluate();
    }
}
