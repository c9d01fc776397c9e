package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.PrepareFrame;
import io.github.reactorudf.transport.WorkerConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a worker prepared, which it keeps for as long as it lives (rule P7): the second time costs nothing. Their number
 * is bounded, since the worker is not used again after so many.
 */
final class Preparations {

    private final WorkerConnection connection;
    private final Map<Preparation, Prepared> done = new ConcurrentHashMap<>();

    /**
     * What is asked for.
     *
     * @param rowErrors as {@link PrepareFrame#rowErrors} says
     * @param inputs the schemas of the inputs, in message format
     */
    record Preparation(String rowErrors, List<PrepareFrame.Stage> stages, List<Schema> inputs) {}

    /**
     * What the worker made of it.
     *
     * @param id under which the worker keeps it
     * @param trips that of each input
     * @param divisible whether the batches of a stream may go to several evaluations (rule P25)
     */
    record Prepared(int id, List<Trip> trips, boolean divisible) {}

    Preparations(WorkerConnection connection) {
        this.connection = connection;
    }

    /** What was prepared before, or null. Any thread. */
    @Nullable
    Prepared find(Preparation preparation) {
        return done.get(preparation);
    }

    /** Prepares, unless that was done before. Cold; on the event loop, one at a time. */
    Mono<Prepared> prepare(List<String> modules, Preparation preparation) {
        Prepared known = find(preparation);
        if (known != null) {
            return Mono.just(known);
        }
        byte[] schemas = IpcSchema.write(preparation.inputs);
        return connection
                .prepare(modules, preparation.rowErrors, preparation.stages, schemas)
                .map(frame -> new Prepared(frame.id(), Trip.of(preparation.inputs, frame), frame.divisible()))
                .doOnNext(prepared -> done.put(preparation, prepared));
    }
}
