package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A running supervisor: the small Python process that starts, signals and reaps the workers of one environment. It ends
 * with its standard input, so with this JVM, however that ends; and every worker ends with it.
 *
 * <p>No method blocks. Signals come on the thread {@code reactor-udf-control}, which reads what the supervisor says and
 * must not be blocked either. Time is the real one, also under Reactor's virtual time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Callbacks, which do not fail, and not steps whose result is awaited.
public final class Supervisor {

    private static final Logger OUTPUT = LoggerFactory.getLogger("python.worker");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FORCE_TIMEOUT = Duration.ofSeconds(2);

    /** Python has its own timer and tells which import took so long: this one is for a Python that can't. */
    private static final Duration START_GRACE = Duration.ofSeconds(1);

    private final SupervisorProcess launched;
    private final ControlWriter writer;
    private final String secret;
    private final ExitNotices exits = new ExitNotices();
    private final StackDumps stacks = new StackDumps(this::askForStack);
    private final CompletableFuture<Supervisor> started = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    /** The first cause told; what follows from it does not replace it. */
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    private volatile @Nullable WorkerAddress address;
    private volatile boolean closing;
    private volatile boolean silent;
    private volatile boolean abandoned;

    private Supervisor(SupervisorProcess launched) {
        this.launched = launched;
        this.writer = new ControlWriter(launched.process().getOutputStream());
        byte[] random = new byte[SECRET_BYTES];
        RANDOM.nextBytes(random);
        this.secret = HexFormat.of().formatHex(random);
    }

    /**
     * Starts a supervisor and completes when workers can be connected to: the environment's libraries are imported
     * then. Cold. Cancelling, or an error, leaves no process behind.
     *
     * @param scheduler runs what blocks: unpacking the worker's code and starting the process
     * @return {@link UdfException} with the command and what Python said, if Python can't be started, lacks what
     *     workers need, or takes longer than the settings allow
     */
    public static Mono<Supervisor> start(SupervisorSettings settings, Scheduler scheduler) {
        return Mono.fromFuture(() -> {
            CompletableFuture<Supervisor> result = new CompletableFuture<>();
            scheduler.schedule(() -> launch(settings, result));
            return result;
        });
    }

    private static void launch(SupervisorSettings settings, CompletableFuture<Supervisor> result) {
        if (result.isDone()) {
            return;
        }
        try {
            Supervisor supervisor = new Supervisor(SupervisorProcess.launch(settings));
            supervisor.run(settings);
            supervisor.started.whenComplete((self, error) -> {
                boolean taken = error == null ? result.complete(self) : result.completeExceptionally(error);
                if (!taken) {
                    supervisor.kill();
                }
            });
            result.whenComplete((self, error) -> {
                if (error != null) {
                    supervisor.kill();
                }
            });
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private void run(SupervisorSettings settings) {
        Thread control = new Thread(this::read, "reactor-udf-control");
        control.setDaemon(true);
        control.start();
        writer.send(settings.start(secret, launched.directory().path()));
        after(
                settings.startTimeout().plus(START_GRACE),
                started,
                () -> fail("the supervisor did not report itself within "
                        + settings.startTimeout().toMillis() + " ms"));
    }

    /** Where workers are connected to. */
    public WorkerAddress address() {
        WorkerAddress known = address;
        if (known == null) {
            throw new IllegalStateException("the supervisor has not started");
        }
        return known;
    }

    /** What a connection must say first to be served. */
    public String secret() {
        return secret;
    }

    /** Whether it was neither closed nor lost. */
    public boolean isAlive() {
        return !closing && !silent;
    }

    /** Whether new workers can be had. */
    public boolean takesConnections() {
        return isAlive() && !abandoned;
    }

    /** No new worker can be had: its socket is gone. The workers that there are go on. */
    public void abandon() {
        abandoned = true;
    }

    /**
     * How a worker ended, when it has. Cold; replays the last exits. Never an error: when the supervisor ends first,
     * the status is that it was lost.
     */
    public Mono<ExitStatus> exit(int pid) {
        return exits.of(pid);
    }

    /**
     * Interrupts user code by a signal if the worker is at this evaluation, again and again for two seconds until it
     * reacts.
     */
    public void cancel(int pid, long evaluation) {
        writer.send(new ControlFrame.Cancel(pid, evaluation));
    }

    /** Ends a worker and all that it started, with {@code SIGKILL}. */
    public void kill(int pid) {
        writer.send(new ControlFrame.Kill(pid));
    }

    /**
     * Where a worker's Python is, as {@code faulthandler} writes it. Cold. Never an error: empty if it is not told
     * within a second.
     */
    public Mono<String> dump(int pid) {
        return stacks.of(pid);
    }

    private void askForStack(int pid) {
        writer.send(new ControlFrame.Dump(pid));
    }

    /**
     * To be called before each connection: where workers are spawned, one more is made ready for it.
     *
     * @return what {@link #connected} is to be told
     */
    public long connecting() {
        writer.send(new ControlFrame.Spawn());
        return exits.told();
    }

    /** A connection turned out to be this worker: exits told before it was made are those of others. */
    public void connected(int pid, long connecting) {
        exits.reused(pid, connecting);
    }

    /** Why the supervisor ended, when it does so by itself. Completes empty when it was closed. */
    public Mono<String> lost() {
        return Mono.fromFuture(ended, true).filter(reason -> !closing);
    }

    /**
     * Ends all workers and completes when every process and the socket are gone, by signals after 5 s. Hot and
     * idempotent.
     */
    public Mono<Void> close() {
        closing = true;
        writer.close();
        after(CLOSE_TIMEOUT, ended, this::kill);
        return Mono.fromFuture(ended, true).then();
    }

    /** Asks for the end of everything, and enforces that of the process. */
    private void kill() {
        launched.process().destroy();
        after(FORCE_TIMEOUT, ended, launched.process()::destroyForcibly);
    }

    private void fail(String reason) {
        failure.compareAndSet(null, reason);
        kill();
    }

    private static void after(Duration delay, CompletableFuture<?> unless, Runnable action) {
        CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
        timer.thenRun(action);
        timer.completeOnTimeout(null, delay.toMillis(), TimeUnit.MILLISECONDS);
        unless.whenComplete((value, error) -> timer.cancel(false));
    }

    private void read() {
        try (InputStream in = launched.process().getInputStream()) {
            ControlFrame frame;
            while ((frame = ControlCodec.read(in)) != null) {
                handle(frame);
            }
        } catch (IOException | RuntimeException e) {
            if (!closing) {
                fail("the control stream broke: " + e);
            }
        } finally {
            end();
        }
    }

    private void handle(ControlFrame frame) {
        if (frame instanceof ControlFrame.Log log) {
            log(log);
        } else if (frame instanceof ControlFrame.Exited exited) {
            exits.exited(exited.pid(), ExitStatus.of(exited));
        } else if (frame instanceof ControlFrame.Stack answer) {
            stacks.told(answer.pid(), answer.stack());
        } else if (frame instanceof ControlFrame.Started report) {
            address = report.address();
            started.complete(this);
        } else if (frame instanceof ControlFrame.Failed failed) {
            failure.compareAndSet(null, failed.message());
        }
    }

    private static void log(ControlFrame.Log log) {
        String text = (log.pid() == null ? log.source() : log.source() + " of " + log.pid()) + ": " + log.line();
        switch (log.level()) {
            case "ERROR" -> OUTPUT.error(text);
            case "WARN" -> OUTPUT.warn(text);
            default -> OUTPUT.info(text);
        }
    }

    private void end() {
        silent = true;
        // It says nothing any more, and so must not stay.
        after(FORCE_TIMEOUT, ended, this::kill);
        int code = ProcessExit.await(launched.process());
        String reason = reason(code);
        launched.directory().delete();
        writer.close();
        ended.complete(reason);
        exits.lost(ExitStatus.lost(reason));
        stacks.lost();
        started.completeExceptionally(new UdfException(
                "Python workers can't be started: " + reason + "\nCommand: " + launched.spelledCommand()));
    }

    private String reason(int code) {
        String told = failure.get();
        if (closing) {
            return "the runtime was closed";
        }
        String words = launched.directory().lastWords();
        return (told == null ? "the supervisor ended with exit code " + code : told)
                + (words.isEmpty() ? "" : "\n" + words);
    }
}
