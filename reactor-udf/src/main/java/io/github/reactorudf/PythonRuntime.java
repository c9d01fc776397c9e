package io.github.reactorudf;

import io.github.reactorudf.arrow.ArrowMemory;
import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.PrepareFrame;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.pool.PooledRef;

/**
 * The front door: a Python environment, a pool of worker processes, and the evaluations that run on them. Thread-safe;
 * an application has one for each environment.
 *
 * <p>Nothing starts before the first evaluation is subscribed to. Closing ends the processes; evaluations still running
 * fail with {@link WorkerLostException}, those that wait for a worker or come later with {@link UdfException}.
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

    private final List<String> modules;
    private final int workers;
    private final Duration cancelGrace;
    private final BufferAllocator allocator;
    private final boolean ownsAllocator;
    private final Scheduler scheduler;
    private final WorkerPool pool;

    private PythonRuntime(Builder builder) {
        this.modules = builder.modules;
        this.workers = builder.workers.count();
        this.cancelGrace = builder.cancelGrace;
        BufferAllocator given = builder.allocator;
        this.ownsAllocator = given == null;
        this.allocator = given == null ? ArrowMemory.newRootAllocator(Long.MAX_VALUE) : given;
        this.scheduler = Schedulers.boundedElastic();
        this.pool = new WorkerPool(
                builder.environment, builder.workers, allocator, scheduler, builder.socketBuffer, builder.onConnected);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * A transform that evaluates UDFs over a stream of batches, each seeing the input's columns and the results of
     * those before it, in one trip to one worker.
     */
    public BatchTransform evaluate(Udf... udfs) {
        if (udfs.length == 0) {
            throw new IllegalArgumentException("evaluate needs at least one Udf");
        }
        return new BatchTransform(this, List.of(udfs), EvaluationOptions.NONE);
    }

    /**
     * The schema of the batches that evaluating {@code udf} over batches of schema {@code input} gives. Cold; imports
     * the user's module in a worker and moves no data. The same errors as of an evaluation that cannot be prepared.
     */
    public Mono<Schema> resultSchema(Udf udf, Schema input) {
        return Mono.usingWhen(
                acquire(),
                ref -> prepared(ref.poolable(), List.of(udf.stage()), input),
                PooledRef::release,
                (ref, error) -> ref.release(),
                // User code may be importing, for ever.
                ref -> Mono.fromRunnable(new WorkerLease(ref)::kill));
    }

    private Mono<Schema> prepared(Worker worker, List<PrepareFrame.Stage> stages, Schema input) {
        return Mono.defer(() -> worker.connection().prepare(modules, stages, IpcSchema.write(input)))
                .subscribeOn(Schedulers.fromExecutor(worker.connection().eventLoop()))
                .map(prepared -> Trip.of(input, prepared).result())
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

    Mono<PooledRef<Worker>> acquire() {
        return pool.acquire();
    }

    List<String> modules() {
        return modules;
    }

    int workers() {
        return workers;
    }

    Duration cancelGrace() {
        return cancelGrace;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Builds a {@link PythonRuntime}. Not thread-safe. */
    public static final class Builder {

        private static final Duration DEFAULT_CANCEL_GRACE = Duration.ofMillis(100);
        private static final int DEFAULT_SOCKET_BUFFER = 1 << 20;

        private PythonEnvironment environment = PythonEnvironment.system();
        private List<String> modules = List.of();
        private Workers workers = Workers.local(Runtime.getRuntime().availableProcessors());
        private @Nullable BufferAllocator allocator;
        private Duration cancelGrace = DEFAULT_CANCEL_GRACE;
        private int socketBuffer = DEFAULT_SOCKET_BUFFER;
        private Consumer<? super Channel> onConnected = channel -> {};

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

        /** That many local workers; see {@link Workers#local(int)}. Default: one for each processor. */
        public Builder workers(int count) {
            return workers(Workers.local(count));
        }

        /** Where workers live. */
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

        /** The kernel's buffers of each socket. */
        Builder socketBuffer(int bytes) {
            this.socketBuffer = bytes;
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
