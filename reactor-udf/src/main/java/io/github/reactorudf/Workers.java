package io.github.reactorudf;

import io.github.reactorudf.worker.CpuQuota;
import io.github.reactorudf.worker.SupervisorSettings;
import io.github.reactorudf.worker.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where workers live, how many there are, how they start, and when they end. Immutable: each method gives a changed
 * copy. The names are those of Reactor Netty's {@code ConnectionProvider} where it has them.
 *
 * <pre>{@code
 * Workers.local(8).minimum(2).maxIdleTime(Duration.ofMinutes(5)).maxEvaluations(10_000)
 * }</pre>
 */
public final class Workers {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PENDING_ACQUIRE_TIMEOUT = Duration.ofSeconds(45);
    private static final int PENDING_ACQUIRE_MAX_COUNT = 1000;
    private static final Duration LONGEST_BUSY_WAIT = Duration.ofMillis(10);
    private static final Duration BUSY_WAIT = Duration.ofNanos(200_000);

    private final int maximum;
    private boolean tcp;
    private int minimum;
    private StartMode startMode = StartMode.FORK;
    private Duration startTimeout = START_TIMEOUT;
    private List<String> preload = List.of();
    private @Nullable Duration maxIdleTime;
    private Duration pendingAcquireTimeout = PENDING_ACQUIRE_TIMEOUT;
    private int pendingAcquireMaxCount = PENDING_ACQUIRE_MAX_COUNT;
    private WorkerLimits limits = WorkerLimits.NONE;
    private Duration busyWait = BUSY_WAIT;

    private Workers(int maximum) {
        this.maximum = maximum;
    }

    private Workers(Workers original) {
        this.maximum = original.maximum;
        this.tcp = original.tcp;
        this.minimum = original.minimum;
        this.startMode = original.startMode;
        this.startTimeout = original.startTimeout;
        this.preload = original.preload;
        this.maxIdleTime = original.maxIdleTime;
        this.pendingAcquireTimeout = original.pendingAcquireTimeout;
        this.pendingAcquireMaxCount = original.pendingAcquireMaxCount;
        this.limits = original.limits;
        this.busyWait = original.busyWait;
    }

    /**
     * As many local workers as this process may use processors: those of the machine, or fewer where a CPU quota of a
     * container (cgroup v1 or v2) says so, rounded down, at least one.
     */
    public static Workers local() {
        return local(CpuQuota.ofThisProcess().processors());
    }

    /**
     * Processes on this machine, started when they are first needed, reached through a Unix domain socket.
     *
     * @param maximum how many evaluations can run at once, each in a process of its own; further ones wait in the order
     *     of subscription
     */
    public static Workers local(int maximum) {
        if (maximum < 1) {
            throw new IllegalArgumentException(maximum + " workers; there must be at least 1");
        }
        return new Workers(maximum);
    }

    /** The same, reached through TCP on the loopback interface, for systems without Unix domain sockets. */
    public Workers overTcp() {
        Workers copy = new Workers(this);
        copy.tcp = true;
        return copy;
    }

    /**
     * How many workers {@link PythonRuntime#warmUp()} starts, and how many stay when they are idle. Default: 0.
     *
     * @throws IllegalArgumentException if it is negative or above the maximum
     */
    public Workers minimum(int count) {
        if (count < 0 || count > maximum) {
            throw new IllegalArgumentException("a minimum of " + count + " workers of at most " + maximum);
        }
        Workers copy = new Workers(this);
        copy.minimum = count;
        return copy;
    }

    /** Whether workers are forked or spawned. Default: {@link StartMode#FORK}. */
    public Workers startMode(StartMode mode) {
        Workers copy = new Workers(this);
        copy.startMode = mode;
        return copy;
    }

    /**
     * How long Python may take to start and import its libraries, and a worker to answer its connection; past it
     * evaluations fail with {@link UdfException}. Default: 30 s.
     */
    public Workers startTimeout(Duration timeout) {
        Workers copy = new Workers(this);
        copy.startTimeout = positive("startTimeout", timeout);
        return copy;
    }

    /**
     * Libraries that are imported before a worker is needed, besides pyarrow, numpy and pandas; a missing one is an
     * error. User code is not to be among them: its module is imported in the worker. Default: none.
     */
    public Workers preload(String... modules) {
        Workers copy = new Workers(this);
        copy.preload = List.of(modules);
        return copy;
    }

    /** Ends workers that were idle for longer, down to the minimum. Default: none is ended for that. */
    public Workers maxIdleTime(Duration time) {
        Workers copy = new Workers(this);
        copy.maxIdleTime = positive("maxIdleTime", time);
        return copy;
    }

    /**
     * How long an evaluation waits for a worker while all are taken; past it it fails with
     * {@link EvaluationRejectedException}. The start of a worker does not count: {@link #startTimeout} bounds that.
     * Default: 45 s.
     */
    public Workers pendingAcquireTimeout(Duration timeout) {
        Workers copy = new Workers(this);
        copy.pendingAcquireTimeout = positive("pendingAcquireTimeout", timeout);
        return copy;
    }

    /**
     * How many evaluations may wait for a worker at once; one more fails at once with
     * {@link EvaluationRejectedException}. Default: 1000. A worker is free a moment after its evaluation's
     * {@code onComplete}, once it has confirmed the end: with 0, an evaluation subscribed to in between is rejected.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Workers pendingAcquireMaxCount(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("pendingAcquireMaxCount is negative: " + count);
        }
        Workers copy = new Workers(this);
        copy.pendingAcquireMaxCount = count;
        return copy;
    }

    /**
     * Replaces a worker after that many evaluations; 1 gives each evaluation a process of its own. Default: no limit.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Workers maxEvaluations(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("maxEvaluations must be at least 1: " + count);
        }
        Workers copy = new Workers(this);
        copy.limits = limits.withEvaluations(count);
        return copy;
    }

    /**
     * Replaces a worker whose resident memory is above that many bytes when an evaluation ends. Default: no limit.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Workers maxResidentMemory(long bytes) {
        Workers copy = new Workers(this);
        copy.limits = limits.withResidentMemory(positive("maxResidentMemory", bytes));
        return copy;
    }

    /**
     * What a worker may allocate, in bytes ({@code RLIMIT_DATA}): past it Python raises {@code MemoryError}, or the
     * process dies. Default: no limit.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Workers memoryLimit(long bytes) {
        Workers copy = new Workers(this);
        copy.limits = limits.withMemory(positive("memoryLimit", bytes));
        return copy;
    }

    /**
     * For how long both sides look for what they expect next, before they sleep until it comes: the event loop for the
     * result of a batch, the worker for its next batch. To be woken takes longer than to answer a small batch, so
     * single batches take half the time, and streams of fast functions some 15 % less; the processors are busy
     * meanwhile. A worker does not look that had to wait for longer the last time; an event loop that looked in vain
     * does not for the next result, then not for the next two, four and at most 64, so slow functions cost next to
     * nothing; and none does while more evaluations are at work than half of the processors. Default: 200 &micro;s;
     * zero: not at all, as where this process may use one processor only.
     *
     * @throws IllegalArgumentException if it is negative or above 10 ms
     */
    public Workers busyWait(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST_BUSY_WAIT) > 0) {
            throw new IllegalArgumentException("busyWait must be from 0 to 10 ms: " + time);
        }
        Workers copy = new Workers(this);
        copy.busyWait = time;
        return copy;
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be above 0: " + value);
        }
        return value;
    }

    private static long positive(String name, long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(name + " must be above 0: " + bytes);
        }
        return bytes;
    }

    int maximum() {
        return maximum;
    }

    int minimum() {
        return minimum;
    }

    Duration startTimeout() {
        return startTimeout;
    }

    @Nullable
    Duration maxIdleTime() {
        return maxIdleTime;
    }

    Duration pendingAcquireTimeout() {
        return pendingAcquireTimeout;
    }

    int pendingAcquireMaxCount() {
        return pendingAcquireMaxCount;
    }

    WorkerLimits limits() {
        return limits;
    }

    Duration busyWait() {
        return CpuQuota.ofThisProcess().processors() > 1 ? busyWait : Duration.ZERO;
    }

    /** What a supervisor of these workers is started with. */
    SupervisorSettings supervisor(Path interpreter, int socketBuffer) {
        return new SupervisorSettings(
                interpreter,
                tcp,
                socketBuffer,
                startMode.name().toLowerCase(Locale.ROOT),
                maximum,
                CpuQuota.ofThisProcess().threads(maximum),
                preload,
                startTimeout,
                busyWait(),
                limits);
    }
}
