package io.github.reactorudf;

import io.github.reactorudf.Preparations.Preparation;
import io.github.reactorudf.arrow.ArrowMemory;
import io.github.reactorudf.protocol.PrepareFrame;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * The front door: a Python environment, a pool of worker processes, and the evaluations that run on them. Thread-safe;
 * an application has one for each environment.
 *
 * <p>Nothing starts before {@link #warmUp()} or the first evaluation is subscribed to. Closing ends the processes;
 * evaluations still running fail with {@link WorkerLostException}, those that wait for a worker or come later with
 * {@link UdfException}.
 *
 * <pre>{@code
 * try (PythonRuntime python = PythonRuntime.builder()
 *         .environment(PythonEnvironment.managed("pyarrow", "pandas"))
 *         .modules(Path.of("udfs"))
 *         .workers(4)
 *         .build()) {
 *     flights.transform(python.evaluate(Udf.scalar("flights:risk")))
 *             .map(RecordBatches.closing(batch -> summarize(batch)))
 *             .subscribe(System.out::println);
 * }
 * }</pre>
 */
public final class PythonRuntime implements AutoCloseable {

    /**
     * The key of the Reactor Context under which a subscriber says when an evaluation must have ended: a
     * {@link java.time.Instant}. It counts for every evaluation upstream of where it is written, as
     * {@link BatchTransform#timeout} does for one.
     */
    public static final String DEADLINE = "io.github.reactorudf.deadline";

    private final List<String> modules;
    private final Duration cancelGrace;
    private final Duration prepareTimeout;
    private final PassedContext passedContext;
    private final BufferAllocator allocator;
    private final boolean ownsAllocator;
    private final Scheduler scheduler;
    private final Scheduler timer;
    private final WorkerPool pool;
    private final @Nullable IntSupplier unitSizes;

    private PythonRuntime(Builder builder) {
        this.modules = builder.modules;
        this.cancelGrace = builder.cancelGrace;
        this.prepareTimeout = builder.prepareTimeout;
        this.passedContext = new PassedContext(builder.contextKeys);
        BufferAllocator given = builder.allocator;
        this.ownsAllocator = given == null;
        this.allocator = given == null ? ArrowMemory.newRootAllocator(Long.MAX_VALUE) : given;
        this.scheduler = Schedulers.boundedElastic();
        this.timer = Schedulers.parallel();
        this.unitSizes = builder.unitSizes;
        this.pool = new WorkerPool(
                builder.environment,
                builder.workers,
                allocator,
                scheduler,
                timer,
                builder.socketBuffer,
                builder.onConnected);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * A transform that evaluates UDFs over a stream of batches, each seeing the input's columns and the results of
     * those before it, in one trip to one worker. Aggregates all see what the first of them does.
     */
    public BatchTransform evaluate(Udf... udfs) {
        if (udfs.length == 0) {
            throw new IllegalArgumentException("evaluate needs at least one Udf");
        }
        List<Udf> together = new ArrayList<>(List.of(udfs));
        together.subList(1, udfs.length).replaceAll(Udf::beside);
        return new BatchTransform(this, List.copyOf(together), EvaluationOptions.NONE);
    }

    /**
     * The schema of the batches that evaluating {@code udf} over batches of schema {@code input} gives. Cold; imports
     * the user's module in a worker, makes an instance of a class, and moves no data. The same errors as of an
     * evaluation that cannot be prepared.
     */
    public Mono<Schema> resultSchema(Udf udf, Schema input) {
        return resultSchema(List.of(udf), List.of(input));
    }

    /** As {@link #resultSchema(Udf, Schema)}, of a function of two inputs. */
    public Mono<Schema> resultSchema(Udf udf, Schema left, Schema right) {
        return resultSchema(List.of(udf), List.of(left, right));
    }

    Mono<Schema> resultSchema(List<Udf> udfs, List<Schema> inputs) {
        return ResourceCode.stages(udfs, scheduler).flatMap(stages -> preparedSchema(stages, inputs));
    }

    private Mono<Schema> preparedSchema(List<PrepareFrame.Stage> stages, List<Schema> inputs) {
        return Mono.usingWhen(
                acquire(0),
                lease -> prepared(lease.worker(), stages, inputs),
                lease -> Mono.fromRunnable(lease::release),
                (lease, error) ->
                        Mono.fromRunnable(error instanceof UdfTimeoutException ? lease::kill : lease::release),
                // User code may be importing, for ever.
                lease -> Mono.fromRunnable(lease::kill));
    }

    /**
     * Readiness: completes once Python was started and {@link Workers#minimum(int)} workers are there, at least one.
     * Cold; workers start side by side, and one that can't start keeps no other from it. Cheap when they are there
     * already, so fit for a health check. Cancelling gives up waiting; what has started stays.
     *
     * @return {@link UdfException} if the environment can't be made, Python can't be started, or a worker can't
     */
    public Mono<Void> warmUp() {
        return pool.warmUp();
    }

    private Mono<Schema> prepared(Worker worker, List<PrepareFrame.Stage> stages, List<Schema> inputs) {
        String late = "preparing took longer than " + prepareTimeout.toMillis() + " ms (prepareTimeout): "
                + stages.stream().map(PrepareFrame.Stage::function).collect(Collectors.joining(", "));
        Preparation preparation = new Preparation(PrepareFrame.FAIL, stages, inputs);
        return Mono.defer(() -> worker.preparations().prepare(modules, preparation))
                .subscribeOn(worker.loop())
                .timeout(
                        prepareTimeout,
                        worker.stack().flatMap(stack -> Mono.error(new UdfTimeoutException(late, stack))),
                        worker.loop())
                .map(prepared -> prepared.trips().get(0).result())
                .onErrorResume(error -> WorkerErrors.of(error, worker).flatMap(Mono::<Schema>error));
    }

    /**
     * The allocator of this runtime: batches made with it cross to Python without a copy in the JVM. Not to be closed
     * by the caller, unless the caller gave it.
     */
    public BufferAllocator allocator() {
        return allocator;
    }

    /**
     * Ends the workers and waits until they are gone, at most 10 s. Idempotent. Not for non-blocking threads.
     *
     * @throws IllegalStateException if the allocator is the runtime's own and batches are left unclosed
     */
    @Override
    public void close() {
        pool.close();
        if (ownsAllocator) {
            closeAllocator();
        }
    }

    private void closeAllocator() {
        long left = allocator.getAllocatedMemory();
        try {
            allocator.close();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "record batches of " + left + " bytes were not closed: whoever receives a batch closes it, as"
                            + " RecordBatches.closing(...) does",
                    e);
        }
    }

    /** @param held how many workers are held by evaluations that this one's result goes to */
    Mono<WorkerLease> acquire(int held) {
        return pool.acquire(held);
    }

    Mono<WorkerLease> acquireFree() {
        return pool.acquireFree();
    }

    boolean anyFree() {
        return pool.anyFree();
    }

    List<String> modules() {
        return modules;
    }

    Duration cancelGrace() {
        return cancelGrace;
    }

    Duration prepareTimeout() {
        return prepareTimeout;
    }

    /** What user code sees of a subscriber's context. */
    Map<String, String> passedOn(ContextView context) {
        return passedContext.of(context);
    }

    /** How many batches of row-wise functions are sent as one, where tests say it. */
    @Nullable
    IntSupplier unitSizes() {
        return unitSizes;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** What times while there is no event loop yet; nothing that it runs may block. */
    Scheduler timer() {
        return timer;
    }

    /** Builds a {@link PythonRuntime}. Not thread-safe. */
    public static final class Builder {

        private static final Duration DEFAULT_CANCEL_GRACE = Duration.ofMillis(100);
        private static final Duration DEFAULT_PREPARE_TIMEOUT = Duration.ofMinutes(2);
        private static final int DEFAULT_SOCKET_BUFFER = 1 << 20;

        private PythonEnvironment environment = PythonEnvironment.system();
        private List<String> modules = List.of();
        private Workers workers = Workers.local();
        private @Nullable BufferAllocator allocator;
        private Duration cancelGrace = DEFAULT_CANCEL_GRACE;
        private Duration prepareTimeout = DEFAULT_PREPARE_TIMEOUT;
        private List<String> contextKeys = List.of();
        private int socketBuffer = DEFAULT_SOCKET_BUFFER;
        private Consumer<? super Channel> onConnected = channel -> {};
        private @Nullable IntSupplier unitSizes;

        private Builder() {}

        /** The interpreter and its packages. Default: {@link PythonEnvironment#system()}. */
        public Builder environment(PythonEnvironment environment) {
            this.environment = Objects.requireNonNull(environment);
            return this;
        }

        /** Directories in which {@code "module:function"} is looked for, first match first. Default: none. */
        public Builder modules(Path... directories) {
            this.modules = Arrays.stream(directories)
                    .map(directory -> directory.toAbsolutePath().normalize().toString())
                    .toList();
            return this;
        }

        /** That many local workers; see {@link Workers#local(int)}. Default: {@link Workers#local()}. */
        public Builder workers(int count) {
            return workers(Workers.local(count));
        }

        /** Where workers live, how many there are, and when they end. Default: {@link Workers#local()}. */
        public Builder workers(Workers workers) {
            this.workers = Objects.requireNonNull(workers);
            return this;
        }

        /**
         * The allocator of results and of {@link PythonRuntime#allocator()}; its limit bounds them, and reaching it
         * fails the evaluation. It stays the caller's to close, after the runtime. Default: one of the runtime's own
         * without a limit.
         */
        public Builder allocator(BufferAllocator allocator) {
            this.allocator = Objects.requireNonNull(allocator);
            return this;
        }

        /**
         * How long user code may go on after a cancel until a signal interrupts it; a worker that was interrupted is
         * replaced. Default: 100 ms.
         */
        public Builder cancelGrace(Duration grace) {
            if (grace.isNegative()) {
                throw new IllegalArgumentException("cancelGrace is negative: " + grace);
            }
            this.cancelGrace = grace;
            return this;
        }

        /**
         * How long importing the modules of an evaluation, and what else is done before data moves, may take. Then it
         * fails with a {@link UdfTimeoutException} that has the stack of where it was, and the worker is killed and
         * replaced. Default: 2 min.
         */
        public Builder prepareTimeout(Duration limit) {
            this.prepareTimeout = TimeLimits.positive("prepareTimeout", limit);
            return this;
        }

        /**
         * The keys of the Reactor Context that Python is to see: their values, as strings, are what
         * {@code reactor_udf.context.get()} gives during the evaluation, and only then. A key that the subscriber's
         * context does not have is left out. More than 64 Ki characters of keys and values fail the evaluation.
         * Default: none.
         */
        public Builder contextKeys(String... keys) {
            this.contextKeys = List.of(keys);
            return this;
        }

        /** The kernel's buffers of each socket. */
        Builder socketBuffer(int bytes) {
            this.socketBuffer = bytes;
            return this;
        }

        /** How many batches of row-wise functions are waited for, and sent as one: asked before each. */
        Builder unitSizes(IntSupplier sizes) {
            this.unitSizes = sizes;
            return this;
        }

        /** Sees each connection's channel before a frame crosses it. */
        Builder onConnected(Consumer<? super Channel> observer) {
            this.onConnected = observer;
            return this;
        }

        public PythonRuntime build() {
            return new PythonRuntime(this);
        }
    }
}
