package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What only shows between whole processes: how a JVM's end ends Python, who reaps, and what a process can be asked. */
class WholeProcessTest extends PythonTest {

    private static final Duration OUTLIVES_BY = Duration.ofSeconds(2);
    private static final String TOKEN = "REACTOR_UDF_TEST_TOKEN";
    private static final Set<String> PASSED_ON = Set.of("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH");

    private final Path directory;

    WholeProcessTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void noProcessOutlivesAKilledJvm() throws Exception {
        Duration after = untilAllHaveEnded(directory.resolve("entered"));
        assertTrue(after.compareTo(OUTLIVES_BY.multipliedBy(3)) <= 0, after::toString);
    }

    /** How long Python's processes go on after the JVM that they belong to was killed. */
    static Duration untilAllHaveEnded(Path latch) throws Exception {
        try (Fifo entered = new Fifo(latch)) {
            Process jvm = java(List.of(), Victim.class, entered.name());
            for (int i = 0; i < Victim.EVALUATIONS; i++) {
                entered.await();
            }
            List<ProcessHandle> all = jvm.descendants().toList();
            assertTrue(all.size() > Victim.EVALUATIONS, all::toString);
            for (ProcessHandle process : all) {
                assertFalse(environment(process).contains(TOKEN), "the JVM's environment is in Python's");
            }
            long start = System.nanoTime();
            jvm.destroyForcibly();
            for (ProcessHandle process : all) {
                process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            Duration after = Duration.ofNanos(System.nanoTime() - start);
            jvm.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return after;
        }
    }

    /** Java as process 1, to which the kernel gives the orphans of all others. */
    @Test
    @Tag("full")
    void javaAsTheFirstProcessKeepsNoZombie() throws Exception {
        List<String> unshare = List.of("unshare", "--pid", "--fork", "--mount-proc");
        List<String> trial = new ArrayList<>(unshare);
        trial.add("true");
        Process tried = new ProcessBuilder(trial).start();
        assumeTrue(
                tried.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) && tried.exitValue() == 0,
                "unshare: this machine allows no PID namespace");
        Process jvm = java(unshare, FirstProcess.class);
        List<String> said;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            said = out.lines().toList();
        }
        jvm.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertTrue(said.contains("pid 1, zombies []"), () -> String.join("\n", said));
    }

    @Test
    void neitherTheSecretNorTheEnvironmentIsToBeSeen() throws IOException {
        PythonRuntime python = python();
        Results.borders(Batches.ranges(allocator, 1, 1)
                .transform(python.evaluate(Udf.of("hangs:process").on("x"))));
        var supervisor = TransportContract.supervisor(python);
        Path sockets = Objects.requireNonNull(supervisor.address().unixPath()).getParent();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(sockets)));
        List<ProcessHandle> all = ProcessHandle.current().descendants().toList();
        assertTrue(all.size() >= 3, all::toString);
        for (ProcessHandle process : all) {
            String command = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
            assertFalse(command.contains(supervisor.secret()), "the secret is in a command line");
            assertFalse(environment(process).contains(supervisor.secret()), "the secret is in an environment");
            assertEquals(Set.of(), notPassedOn(process));
        }
    }

    private static Set<String> notPassedOn(ProcessHandle process) throws IOException {
        return Arrays.stream(environment(process).split("\0"))
                .map(entry -> entry.split("=")[0])
                .filter(name -> System.getenv().containsKey(name))
                .filter(name -> !PASSED_ON.contains(name) && !name.startsWith("LC_"))
                .collect(Collectors.toSet());
    }

    private static String environment(ProcessHandle process) throws IOException {
        return new String(Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ")), StandardCharsets.UTF_8);
    }

    private static Process java(List<String> before, Class<?> main, String... arguments) throws IOException {
        ProcessBuilder java = Jvm.of(List.of(), main, arguments);
        java.command().addAll(0, before);
        java.environment().put(TOKEN, "t0ken");
        return java.start();
    }

    /** Evaluates functions that do not end, and is killed. */
    static final class Victim {

        static final int EVALUATIONS = 2;

        private Victim() {}

        public static void main(String... arguments) throws InterruptedException {
            PythonRuntime python = Jvm.python(EVALUATIONS);
            Udf hang = Udf.of("hangs:hang").on("x").with("entered", arguments[0]);
            for (String how : List.of("swallow", "mask_signals")) {
                Batches.ranges(python.allocator(), 1, 1)
                        .transform(python.evaluate(hang.with("how", how)))
                        .subscribe(RecordBatch::close);
            }
            Thread.currentThread().join();
        }
    }

    /** Loses 100 workers and a supervisor, and tells who was not reaped. */
    static final class FirstProcess {

        private static final int DEATHS = 100;

        private FirstProcess() {}

        @SuppressWarnings("SystemOut")
        public static void main(String... arguments) throws Exception {
            try (PythonRuntime python = Jvm.python(1)) {
                Udf dying = Udf.of("deaths:in_call").on("x").with("how", "grandchild");
                for (int i = 0; i < DEATHS; i++) {
                    Results.failure(WorkerLostException.class, one(python, dying));
                }
                ProcessHandle subreaper =
                        ProcessHandle.current().children().findFirst().orElseThrow();
                subreaper.children().findFirst().orElseThrow().destroyForcibly();
                subreaper.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                Results.borders(one(python, Udf.of("hangs:process").on("x")));
                System.out.println("pid " + ProcessHandle.current().pid() + ", zombies " + zombies());
            }
        }

        private static Flux<RecordBatch> one(PythonRuntime python, Udf udf) {
            return Batches.ranges(python.allocator(), 1, 1).transform(python.evaluate(udf));
        }

        private static List<Long> zombies() throws IOException {
            try (Stream<Path> all = Files.list(Path.of("/proc"))) {
                return all.map(path -> path.getFileName().toString())
                        .filter(name -> name.matches("[0-9]+"))
                        .map(Long::valueOf)
                        .filter(ProcessResources::isZombie)
                        .toList();
            }
        }
    }
}
