package io.github.reactorudf.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Supervisor} is started with.
 *
 * @param interpreter the Python that runs everything
 * @param tcp whether workers are reached through TCP on the loopback interface instead of a Unix domain socket
 * @param socketBuffer bytes of the kernel's buffers of each connection, on the worker's side; 0 for the system's own
 * @param mode {@code fork} or {@code spawn}
 * @param workers how many there will be at most
 * @param threads how many threads the libraries of each may use
 * @param preload modules that every worker has imported already; an error if one is missing
 * @param preloadIfInstalled the same, without the error
 * @param startTimeout after which a supervisor that has not reported itself is given up
 * @param busyWait for how long a worker looks for its next batch, instead of being woken by it; zero: not at all
 * @param packages the directory that holds the package {@code reactor_udf}, or null for the one of this library
 */
public record SupervisorSettings(
        Path interpreter,
        boolean tcp,
        int socketBuffer,
        String mode,
        int workers,
        int threads,
        List<String> preload,
        List<String> preloadIfInstalled,
        Duration startTimeout,
        Duration busyWait,
        WorkerLimits limits,
        @Nullable Path packages) {

    private static final List<String> PRELOAD = List.of("pyarrow");
    private static final List<String> PRELOAD_IF_INSTALLED = List.of("numpy", "pandas");
    private static final String LOOPBACK = "127.0.0.1";

    /** This library's own package, pyarrow and what is installed of numpy and pandas, besides what is told. */
    public SupervisorSettings(
            Path interpreter,
            boolean tcp,
            int socketBuffer,
            String mode,
            int workers,
            int threads,
            List<String> preload,
            Duration startTimeout,
            Duration busyWait,
            WorkerLimits limits) {
        this(
                interpreter,
                tcp,
                socketBuffer,
                mode,
                workers,
                threads,
                Stream.concat(PRELOAD.stream(), preload.stream()).distinct().toList(),
                PRELOAD_IF_INSTALLED,
                startTimeout,
                busyWait,
                limits,
                null);
    }

    /** The frame that a supervisor is started by. */
    ControlFrame.Start start(String secret, Path directory) {
        return new ControlFrame.Start(
                secret,
                directory.toString(),
                tcp ? Map.of("tcp", LOOPBACK) : Map.of("unix", directory.toString()),
                preload,
                preloadIfInstalled,
                socketBuffer,
                mode,
                workers,
                threads,
                startTimeout.toMillis(),
                busyWait.toNanos(),
                limits.memory(),
                limits.evaluations(),
                limits.residentMemory());
    }
}
