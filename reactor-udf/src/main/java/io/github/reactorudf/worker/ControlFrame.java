package io.github.reactorudf.worker;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the JVM and the supervisor say to each other. The Python twin is {@code reactor_udf._supervisor}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlFrame.Start.class, name = "START"),
    @JsonSubTypes.Type(value = ControlFrame.Spawn.class, name = "SPAWN"),
    @JsonSubTypes.Type(value = ControlFrame.Cancel.class, name = "CANCEL"),
    @JsonSubTypes.Type(value = ControlFrame.Kill.class, name = "KILL"),
    @JsonSubTypes.Type(value = ControlFrame.Dump.class, name = "DUMP"),
    @JsonSubTypes.Type(value = ControlFrame.Started.class, name = "STARTED"),
    @JsonSubTypes.Type(value = ControlFrame.Failed.class, name = "FAILED"),
    @JsonSubTypes.Type(value = ControlFrame.Exited.class, name = "EXITED"),
    @JsonSubTypes.Type(value = ControlFrame.Stack.class, name = "STACK"),
    @JsonSubTypes.Type(value = ControlFrame.Log.class, name = "LOG")
})
sealed interface ControlFrame {

    /**
     * The JVM's first frame.
     *
     * @param directory removed by the supervisor when it ends
     * @param listen {@code {"unix": directory}} or {@code {"tcp": host}}
     * @param mode {@code "fork"} or {@code "spawn"}
     * @param workers how many processes there will be at most
     * @param threads how many threads the libraries of each may use
     * @param busyWaitNanos for how long a worker looks for what it reads next
     * @param memoryLimit bytes; 0, as in the members that follow, is for none
     */
    record Start(
            String secret,
            String directory,
            Map<String, String> listen,
            List<String> preload,
            List<String> preloadIfInstalled,
            int socketBuffer,
            String mode,
            int workers,
            int threads,
            long startTimeoutMillis,
            long busyWaitNanos,
            long memoryLimit,
            int maxEvaluations,
            long maxResidentMemory)
            implements ControlFrame {

        /** Keeps the secret out of logs. */
        @Override
        public String toString() {
            return "Start[directory=" + directory + ", listen=" + listen + "]";
        }
    }

    /** A connection follows: where workers are spawned, one more must be there for it. */
    record Spawn() implements ControlFrame {}

    /** Interrupts user code, if the worker is still at this evaluation. */
    record Cancel(int pid, long evaluation) implements ControlFrame {}

    /** Ends a worker and its process group. */
    record Kill(int pid) implements ControlFrame {}

    /** Asks where a worker's Python is; {@link Stack} answers. */
    record Dump(int pid) implements ControlFrame {}

    /**
     * Workers can be connected to.
     *
     * @param pyarrow null if it was not among what was imported
     * @param mode as it is used, which may be {@code "spawn"} where {@code "fork"} was asked for
     */
    record Started(
            WorkerAddress address,
            String python,
            @Nullable String pyarrow,
            @Nullable String mode) implements ControlFrame {

        public Started {
            requireNonNull(address, "address");
        }
    }

    /** The supervisor gives up, and ends. */
    record Failed(String message) implements ControlFrame {

        public Failed {
            requireNonNull(message, "message");
        }
    }

    /**
     * A worker ended: either with an exit code, or by a signal.
     *
     * @param stack where Python was, if it was written
     * @param lines the last that it printed or logged
     */
    record Exited(
            int pid,
            @Nullable Integer exitCode,
            @Nullable Integer signal,
            @Nullable String signalName,
            @Nullable String stack,
            @Nullable List<String> lines)
            implements ControlFrame {

        public Exited {
            if (pid < 1 || (exitCode == null) == (signal == null)) {
                throw new IllegalArgumentException("EXITED has a pid, and either an exit code or a signal");
            }
        }
    }

    /** Where a worker's Python is; empty if that is not to be had. */
    record Stack(int pid, String stack) implements ControlFrame {

        public Stack {
            requireNonNull(stack, "stack");
        }
    }

    /**
     * A line that a process printed.
     *
     * @param source {@code stdout}, {@code stderr} or {@code supervisor}
     * @param pid the worker's, if it was one's
     * @param level {@code INFO}, {@code WARN} or {@code ERROR}
     */
    record Log(String source, String line, @Nullable Integer pid, String level) implements ControlFrame {

        public Log {
            requireNonNull(source, "source");
            requireNonNull(line, "line");
            level = requireNonNullElse(level, "INFO");
        }
    }
}
