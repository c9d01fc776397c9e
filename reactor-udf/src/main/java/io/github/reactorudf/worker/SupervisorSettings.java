package io.github.reactorudf.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Supervisor} is started with.
 *
 * @param interpreter the Python that runs everything
 * @param tcp whether workers are reached through TCP on the loopback interface instead of a Unix domain socket
 * @param socketBuffer bytes of the kernel's buffers of each connection, on the worker's side; 0 for the system's own
 * @param workers how many there will be at most: each is told its share of the processors
 * @param preload modules that every worker has imported already; an error if one is missing
 * @param preloadIfInstalled the same, without the error
 * @param startTimeout after which a supervisor that has not reported itself is given up
 * @param packages the directory that holds the package {@code reactor_udf}, or null for the one of this library
 */
public record SupervisorSettings(
        Path interpreter,
        boolean tcp,
        int socketBuffer,
        int workers,
        List<String> preload,
        List<String> preloadIfInstalled,
        Duration startTimeout,
        @Nullable Path packages) {

    private static final List<String> PRELOAD = List.of("pyarrow");
    private static final List<String> PRELOAD_IF_INSTALLED = List.of("numpy", "pandas");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** One worker, pyarrow and what is installed of numpy and pandas, 30 s to start. */
    public SupervisorSettings(Path interpreter, boolean tcp, int socketBuffer) {
        this(interpreter, tcp, socketBuffer, 1, PRELOAD, PRELOAD_IF_INSTALLED, START_TIMEOUT, null);
    }

    /** The same for so many workers. */
    public SupervisorSettings withWorkers(int count) {
        return new SupervisorSettings(
                interpreter, tcp, socketBuffer, count, preload, preloadIfInstalled, startTimeout, packages);
    }
}
