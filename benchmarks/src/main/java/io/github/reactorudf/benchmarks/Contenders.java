package io.github.reactorudf.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** All who take part, and why others do not. */
final class Contenders implements AutoCloseable {

    /** All who can take part. */
    static final List<String> NAMES = List.of(
            "reactor-udf",
            "reactor-udf-blocking",
            "reactor-udf-row-wise",
            "reactor-udf-parallel-2",
            "reactor-udf-parallel-4",
            "flight-tcp",
            "flight-unix",
            "nio",
            "jep",
            "python-alone",
            "python-ipc",
            "spark-sync",
            "spark-pipelined");

    private final List<Contender> contenders = new ArrayList<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private final Map<String, Object> versions = new LinkedHashMap<>();
    private final Set<String> wanted;

    /** @param wanted names of those who are to take part; empty: all */
    Contenders(Home home, BufferAllocator allocator, Set<String> wanted) throws Exception {
        this.wanted = wanted;
        Map<String, String> notInstalled = notInstalled(home);
        try {
            add("reactor-udf", null, () -> ReactorContender.plain(home, allocator));
            add("reactor-udf", null, () -> ReactorContender.connecting(home, allocator));
            add("reactor-udf-blocking", null, () -> ReactorContender.blocking(home, allocator));
            add("reactor-udf-row-wise", null, () -> ReactorContender.rowWise(home, allocator));
            add("reactor-udf-parallel-2", null, () -> ReactorContender.parallel(2, Workload.CPU, home, allocator));
            add("reactor-udf-parallel-4", null, () -> ReactorContender.parallel(4, Workload.SLEEP, home, allocator));
            add("flight-tcp", null, () -> FlightContender.tcp(home, allocator));
            add("flight-unix", null, () -> FlightContender.unix(home, allocator));
            add("nio", null, () -> new NioContender(home, allocator));
            add("jep", notInstalled.get("jep"), () -> new JepContender(home, allocator));
            addChild("python-alone", null, home, "alone.py", "function");
            addChild("python-ipc", null, home, "alone.py", "ipc");
            addChild("spark-sync", notInstalled.get("pyspark"), home, "spark.py", "sync");
            addChild("spark-pipelined", notInstalled.get("pyspark"), home, "spark.py", "pipelined");
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private static Map<String, String> notInstalled(Home home) throws IOException {
        Path reasons = home.venv().resolve("left-out.json");
        if (!Files.exists(reasons)) {
            throw new IOException(home.venv() + " is no environment of the benchmarks; building the module makes one");
        }
        Map<String, String> notInstalled = new LinkedHashMap<>();
        new ObjectMapper()
                .readTree(reasons.toFile())
                .properties()
                .forEach(peer -> notInstalled.put(peer.getKey(), peer.getValue().asText()));
        return notInstalled;
    }

    private void addChild(String name, @Nullable String reason, Home home, String script, String mode)
            throws Exception {
        add(name, reason, () -> {
            ChildContender child = new ChildContender(name, home, script, mode);
            child.versions().properties().forEach(version -> versions.put(version.getKey(), version.getValue()));
            return child;
        });
    }

    /** @param reason why it is not installed, if it is not */
    private void add(String name, @Nullable String reason, Callable<Contender> contender) throws Exception {
        if (!wanted.isEmpty() && !wanted.contains(name)) {
            return;
        }
        if (reason != null) {
            leftOut.put(name, reason);
            System.err.println(name + " is left out: " + reason);
            return;
        }
        contenders.add(contender.call());
    }

    List<Contender> all() {
        return contenders;
    }

    /** The reason for each that does not take part. */
    Map<String, String> leftOut() {
        return leftOut;
    }

    /** What the peers' processes said that they are. */
    Map<String, Object> versions() {
        return versions;
    }

    @Override
    public void close() throws IOException {
        for (Contender contender : contenders) {
            contender.close();
        }
    }
}
