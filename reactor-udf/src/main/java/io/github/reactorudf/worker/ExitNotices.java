package io.github.reactorudf.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The exits of workers, for whoever asks before or after. Of those that nobody asked for, the last {@value #REMEMBERED}
 * are remembered: an end of file and the exit that explains it arrive within milliseconds of each other, in either
 * order.
 */
final class ExitNotices {

    static final int REMEMBERED = 256;

    private record Told(long number, ExitStatus status) {}

    private final Map<Integer, Sinks.One<ExitStatus>> awaited = new HashMap<>();
    private final Map<Integer, Told> remembered = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Told> eldest) {
            return size() > REMEMBERED;
        }
    };

    private @Nullable ExitStatus lost;
    private long told;

    /** The exit of a worker, cold and replayed. Never an error. */
    Mono<ExitStatus> of(int pid) {
        return Mono.defer(() -> await(pid));
    }

    private synchronized Mono<ExitStatus> await(int pid) {
        Told exit = remembered.get(pid);
        ExitStatus known = exit == null ? lost : exit.status;
        if (known != null) {
            return Mono.just(known);
        }
        return awaited.computeIfAbsent(pid, unused -> Sinks.one()).asMono();
    }

    void exited(int pid, ExitStatus status) {
        Sinks.One<ExitStatus> waiting;
        synchronized (this) {
            // Insertion order is order of exit, also where a pid comes again.
            remembered.remove(pid);
            remembered.put(pid, new Told(++told, status));
            waiting = awaited.remove(pid);
        }
        if (waiting != null) {
            waiting.tryEmitValue(status);
        }
    }

    /** How many exits were told until now. */
    synchronized long told() {
        return told;
    }

    /** A process has a pid that another one had: the exit of that one, among the first so many, is not its own. */
    synchronized void reused(int pid, long first) {
        Told exit = remembered.get(pid);
        if (exit != null && exit.number <= first) {
            remembered.remove(pid);
        }
    }

    /** From now on every exit that is not known is this one. */
    void lost(ExitStatus status) {
        List<Sinks.One<ExitStatus>> waiting;
        synchronized (this) {
            lost = status;
            waiting = new ArrayList<>(awaited.values());
            awaited.clear();
        }
        waiting.forEach(sink -> sink.tryEmitValue(status));
    }
}
