package io.github.reactorudf;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a script in a process of PySpark's own, with this module's functions and {@code @udf} to import. */
final class PySpark {

    private static final Path WORKER = Path.of("../../python-worker/src").toAbsolutePath();
    private static final long LIMIT_MINUTES = 5;

    private PySpark() {}

    /** Returns when the script has written what it writes into {@code out}; fails if it does. */
    static void run(Path interpreter, Path script, Path out) throws IOException, InterruptedException {
        Path log = out.resolve("pyspark.log");
        ProcessBuilder command = new ProcessBuilder(interpreter.toString(), script.toString(), out.toString())
                .directory(out.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Map<String, String> environment = command.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        // Spark's workers import the functions as well.
        environment.put("PYTHONPATH", script.getParent() + File.pathSeparator + WORKER);
        Process process = command.start();
        boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError((ended ? "PySpark failed:\n" : "PySpark did not end:\n") + Files.readString(log));
        }
    }
}
