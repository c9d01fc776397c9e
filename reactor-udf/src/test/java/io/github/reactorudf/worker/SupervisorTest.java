package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(60)
class SupervisorTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Scheduler BLOCKING = Schedulers.boundedElastic();

    private final Path directory;

    SupervisorTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionIsAWorker(boolean tcp) throws IOException {
        Supervisor supervisor = start(StandIn.settings(directory, tcp));
        try (StandIn one = StandIn.connect(supervisor);
                StandIn two = StandIn.connect(supervisor)) {
            assertNotEquals(one.pid(), two.pid());
            assertEquals(one.ask("parent"), two.ask("parent"));
            assertTrue(supervisor.isAlive());
        }
        close(supervisor);
        assertFalse(supervisor.isAlive());
    }

    @Test
    void exitCodesAndSignalsAreTold() throws IOException {
        Supervisor supervisor = start(StandIn.settings(directory, false));
        try (StandIn worker = StandIn.connect(supervisor)) {
            Mono<ExitStatus> exit = supervisor.exit(worker.pid());
            worker.tell("exit 7");
            expectEnd(exit, "exited with code 7");
        }
        try (StandIn worker = StandIn.connect(supervisor)) {
            Mono<ExitStatus> exit = supervisor.exit(worker.pid());
            supervisor.kill(worker.pid());
            expectEnd(exit, "was killed by signal 9 (SIGKILL)");
        }
        close(supervisor);
    }

    @Test
    void aCancelReachesTheEvaluationThatItNames() throws IOException {
        Supervisor supervisor = start(StandIn.settings(directory, false));
        try (StandIn worker = StandIn.connect(supervisor)) {
            int pid = worker.pid();
            worker.tell("evaluate 5");
            supervisor.cancel(pid, 4);
            supervisor.cancel(pid, 5);
            assertEquals("cancelled", worker.answer());
        }
        close(supervisor);
    }

    @Test
    void workersAreHadAfterTheTemplateDied() throws IOException {
        Supervisor supervisor = start(StandIn.settings(directory, false));
        try (StandIn before = StandIn.connect(supervisor)) {
            template(before).destroyForcibly();
            try (StandIn after = StandIn.connect(supervisor)) {
                assertEquals(before.ask("parent"), after.ask("parent"));
            }
        }
        close(supervisor);
    }

    @Test
    void closeLeavesNoProcessAndNoFile() throws IOException {
        Supervisor supervisor = start(StandIn.settings(directory, false));
        Path socket = Objects.requireNonNull(supervisor.address().unixPath());
        Path parent = socket.resolveSibling("");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)));
        try (StandIn worker = StandIn.connect(supervisor)) {
            List<ProcessHandle> all = List.of(
                    worker.process(),
                    template(worker),
                    worker.process().parent().orElseThrow(),
                    ProcessHandle.of(Long.parseLong(worker.ask("child detached")))
                            .orElseThrow());
            Mono<ExitStatus> exit = supervisor.exit(worker.pid());
            close(supervisor);
            all.forEach(SupervisorTest::awaitEnd);
            expect(exit, ExitStatus.lost("the runtime was closed"));
        }
        assertFalse(Files.exists(parent));
        StepVerifier.create(supervisor.lost()).expectComplete().verify(LIMIT);
        close(supervisor);
    }

    @Test
    void aKilledSupervisorLeavesNoProcessAndNoFile() throws IOException {
        Supervisor supervisor = start(StandIn.settings(directory, false));
        Path parent = Objects.requireNonNull(supervisor.address().unixPath()).resolveSibling("");
        try (StandIn worker = StandIn.connect(supervisor)) {
            ProcessHandle process = worker.process();
            ProcessHandle template = template(worker);
            Mono<ExitStatus> exit = supervisor.exit(worker.pid());
            process.parent().orElseThrow().destroyForcibly();
            awaitEnd(process);
            awaitEnd(template);
            StepVerifier.create(supervisor.lost())
                    .expectNextMatches(reason -> reason.contains("exit code 137"))
                    .expectComplete()
                    .verify(LIMIT);
            StepVerifier.create(exit)
                    .expectNextMatches(status -> status.describe().startsWith("ended with its supervisor"))
                    .expectComplete()
                    .verify(LIMIT);
        }
        assertFalse(supervisor.isAlive());
        assertFalse(Files.exists(parent));
        close(supervisor);
    }

    @Test
    void aKilledJvmLeavesNothing() throws IOException {
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SupervisorTest.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<ProcessHandle> all = jvm.inputReader().readLine().transform(pids -> List.of(pids.split(" "))).stream()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
        jvm.destroyForcibly();
        all.forEach(SupervisorTest::awaitEnd);
    }

    /** The JVM that is killed: it says the pids of its processes, and stays. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Supervisor supervisor = start(StandIn.settings(Path.of(arguments[0]), false));
        try (StandIn worker = StandIn.connect(supervisor)) {
            System.out.println(worker.pid() + " " + worker.ask("parent") + " "
                    + template(worker).pid());
            Thread.currentThread().join();
        }
    }

    @Test
    void anInterpreterThatDoesNotExistIsToldWithTheCommand() {
        Path nowhere = directory.resolve("no-python");
        StepVerifier.create(Supervisor.start(with(nowhere), BLOCKING))
                .expectErrorSatisfies(error -> assertMessage(error, "Python can't be started", nowhere + " -I -X utf8"))
                .verify(LIMIT);
    }

    @Test
    void aPythonThatCannotStartIsToldWithItsLastWords() throws IOException {
        Path broken = Files.writeString(directory.resolve("python"), "#!/bin/sh\necho no such library >&2\nexit 127\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
        StepVerifier.create(Supervisor.start(with(broken), BLOCKING))
                .expectErrorSatisfies(
                        error -> assertMessage(error, "exit code 127", "no such library", broken + " -I -X utf8"))
                .verify(LIMIT);
    }

    @Test
    void aMissingPackageIsToldWithTheRemedy() throws IOException {
        SupervisorSettings settings = StandIn.settings(directory, false);
        StepVerifier.create(Supervisor.start(preloading(settings, "no_such_package"), BLOCKING))
                .expectErrorSatisfies(
                        error -> assertMessage(error, "no package 'no_such_package'", "-m pip install no_such_package"))
                .verify(LIMIT);
    }

    @Test
    void aPythonThatNeverReportsItselfIsGivenUp() throws IOException {
        Path endless = Files.writeString(directory.resolve("python"), "#!/bin/sh\nexec sleep 600\n");
        Files.setPosixFilePermissions(endless, PosixFilePermissions.fromString("rwx------"));
        SupervisorSettings impatient = StandIn.settings(endless, false, List.of(), Duration.ofMillis(500), directory);
        StepVerifier.create(Supervisor.start(impatient, BLOCKING))
                .expectErrorSatisfies(error -> assertMessage(error, "did not report itself within 500 ms"))
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello, world",
                "\\016\\000\\000\\000{\"type\":\"NEW\"}",
                "\\022\\000\\000\\000{\"type\":\"STARTED\"}",
                "\\377\\377\\377\\377"
            })
    void whatIsNoControlFrameEndsTheSupervisor(String said) throws IOException {
        Path broken =
                Files.writeString(directory.resolve("python"), "#!/bin/sh\nprintf '" + said + "'\nexec sleep 600\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
        StepVerifier.create(Supervisor.start(with(broken), BLOCKING))
                .expectErrorSatisfies(error -> assertMessage(error, "the control stream broke"))
                .verify(LIMIT);
    }

    @Test
    void startsUnderVirtualTime() throws IOException {
        SupervisorSettings settings = StandIn.settings(directory, false);
        VirtualTimeScheduler.getOrSet();
        try {
            close(start(settings));
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    private static SupervisorSettings preloading(SupervisorSettings settings, String module) {
        return StandIn.settings(
                settings.interpreter(),
                false,
                List.of(module),
                settings.startTimeout(),
                Objects.requireNonNull(settings.packages()));
    }

    private SupervisorSettings with(Path interpreter) {
        return StandIn.settings(interpreter, false, List.of(), LIMIT, directory);
    }

    private static Supervisor start(SupervisorSettings settings) {
        return Objects.requireNonNull(Supervisor.start(settings, BLOCKING).block(LIMIT));
    }

    private static void close(Supervisor supervisor) {
        supervisor.close().block(LIMIT);
    }

    private static <T> void expect(Mono<T> mono, T value) {
        StepVerifier.create(mono).expectNext(value).expectComplete().verify(LIMIT);
    }

    private static void expectEnd(Mono<ExitStatus> exit, String words) {
        StepVerifier.create(exit)
                .expectNextMatches(status -> status.describe().startsWith(words))
                .expectComplete()
                .verify(LIMIT);
    }

    private static void assertMessage(Throwable error, String... parts) {
        assertTrue(error instanceof UdfException, error.toString());
        for (String part : parts) {
            assertTrue(error.toString().contains(part), error.toString());
        }
    }

    private static void awaitEnd(ProcessHandle process) {
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** The oldest child of this worker's supervisor. */
    private static ProcessHandle template(StandIn worker) throws IOException {
        return worker.process()
                .parent()
                .orElseThrow()
                .children()
                .min(Comparator.comparing(child -> child.info().startInstant().orElseThrow()))
                .orElseThrow();
    }
}
