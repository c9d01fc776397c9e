package io.github.reactorudf.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the measurements were made on. */
final class Machine {

    private static final String VERSIONS = """
            import json, platform
            from importlib.metadata import PackageNotFoundError, version
            found = {"python": platform.python_version()}
            for name in ("pyarrow", "pandas", "numpy", "pyspark", "jep"):
                try:
                    found[name] = version(name)
                except PackageNotFoundError:
                    pass
            print(json.dumps(found))
            """;

    private Machine() {}

    static Map<String, Object> describe(Home home) throws IOException {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cpu", field(Path.of("/proc/cpuinfo"), "model name"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("memory", field(Path.of("/proc/meminfo"), "MemTotal"));
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        machine.put("commit", output(home, "git", "-C", home.directory().toString(), "rev-parse", "--short", "HEAD"));
        String python = home.venv().resolve("bin/python").toString();
        new ObjectMapper()
                .readTree(output(home, python, "-c", VERSIONS))
                .properties()
                .forEach(version -> machine.put(version.getKey(), version.getValue()));
        return machine;
    }

    static String field(Path file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static String output(Home home, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(home.directory().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
