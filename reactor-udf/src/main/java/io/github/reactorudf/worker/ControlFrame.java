package io.github.reactorudf.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the JVM and the supervisor say to each other. The Python twin is {@code reactor_udf._supervisor}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlFrame.Start.class, name = "START"),
    @JsonSubTypes.Type(value = ControlFrame.Cancel.class, name = "CANCEL"),
    @JsonSubTypes.Type(value = ControlFrame.Kill.class, name = "KILL"),
    @JsonSubTypes.Type(value = ControlFrame.Started.class, name = "STARTED"),
    @JsonSubTypes.Type(value = ControlFrame.Failed.class, name = "FAILED"),
    @JsonSubTypes.Type(value = ControlFrame.Exited.class, name = "EXITED"),
    @JsonSubTypes.Type(value = ControlFrame.Log.class, name = "LOG")
})
sealed interface ControlFrame {

    /**
     * The JVM's first frame.
     *
     * @param directory removed by the supervisor when it ends
     * @param listen {@code {"unix": directory}} or {@code {"tcp": host}}
     * @param workers how many there will be at most, of which each gets its share of the processors
     */
    record Start(
            String secret,
            String directory,
            Map<String, String> listen,
            List<String> preload,
            List<String> preloadIfInstalled,
            int socketBuffer,
            int workers)
            implements ControlFrame {

        /** Keeps the secret out of logs. */
        @Override
        public String toString() {
            return "Start[directory=" + directory + ", listen=" + listen + "]";
        }
    }

    /** Interrupts user code, if the worker is still at this evaluation. */
    record Cancel(int pid, long evaluation) implements ControlFrame {}

    /** Ends a worker and its process group. */
    record Kill(int pid) implements ControlFrame {}

    /** Workers can be connected to. {@code pyarrow} is null if it was not among what was imported. */
    record Started(
            WorkerAddress address, String python, @Nullable String pyarrow) implements ControlFrame {}

    /** The supervisor gives up, and ends. */
    record Failed(String message) implements ControlFrame {}

    /** A worker ended: either with an exit code, or by a signal. */
    record Exited(
            int pid,
            @Nullable Integer exitCode,
            @Nullable Integer signal,
            @Nullable String signalName) implements ControlFrame {}

    /** A line that a process printed: {@code source} is {@code stdout}, {@code stderr} or {@code supervisor}. */
    record Log(String source, String line) implements ControlFrame {}
}
