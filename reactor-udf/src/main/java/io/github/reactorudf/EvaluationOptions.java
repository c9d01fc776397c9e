package io.github.reactorudf;

import io.github.reactorudf.protocol.Credit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** What a {@link BatchTransform} was told; what it was not told has its default. Immutable. */
final class EvaluationOptions {

    /** An option, and what holds where it was not told; null is for nothing. Compared by identity. */
    static final class Option<T> {

        private final @Nullable T unlessTold;

        private Option(@Nullable T unlessTold) {
            this.unlessTold = unlessTold;
        }
    }

    /** What is done about an evaluation that has been idle for that long. */
    record Idle(Duration after, IdleAction action) {}

    /** The second input, and its schema if it was told. */
    record Right(Flux<RecordBatch> source, @Nullable Schema schema) {}

    static final Option<Right> RIGHT = new Option<>(null);
    static final Option<Schema> INPUT_SCHEMA = new Option<>(null);
    static final Option<Credit> WINDOW = new Option<>(new Credit(32, 4 << 20));
    static final Option<Long> MAX_HELD_BYTES = new Option<>(64L << 20);
    static final Option<Scheduler> SUBSCRIBE_ON = new Option<>(null);
    static final Option<Scheduler> PUBLISH_ON = new Option<>(null);

    static final Option<Duration> BATCH_TIMEOUT = new Option<>(null);
    static final Option<Idle> IDLE = new Option<>(null);
    static final Option<Duration> TIMEOUT = new Option<>(null);
    static final Option<Integer> REPLAYS = new Option<>(0);
    static final Option<Integer> PARALLELISM = new Option<>(1);
    static final Option<Boolean> UNORDERED = new Option<>(false);
    static final Option<RowErrors> ROW_ERRORS = new Option<>(RowErrors.fail());

    /** Few, so that the first lane leaves something for those that begin after it. */
    private static final int LANE_BATCHES = 4;

    static final EvaluationOptions NONE = new EvaluationOptions(Map.of());

    private final Map<Option<?>, Object> told;

    private EvaluationOptions(Map<Option<?>, Object> told) {
        this.told = told;
    }

    EvaluationOptions with(Option<?> option, Object value) {
        Map<Option<?>, Object> more = new HashMap<>(told);
        more.put(option, value);
        return new EvaluationOptions(more);
    }

    /** The value of an option that always has one. */
    <T> T get(Option<T> option) {
        return Objects.requireNonNull(find(option));
    }

    @SuppressWarnings("unchecked") // with() is given values of the option's type.
    <T> @Nullable T find(Option<T> option) {
        Object value = told.get(option);
        return value == null ? option.unlessTold : (T) value;
    }

    /** The options of each of so many evaluations, which have together what these allow. */
    EvaluationOptions dividedBy(int lanes) {
        Credit window = get(WINDOW);
        long batches = told.containsKey(WINDOW) ? Math.max(1, window.batches() / lanes) : LANE_BATCHES;
        return with(WINDOW, new Credit(batches, Math.max(1, window.bytes() / lanes)))
                .with(MAX_HELD_BYTES, Math.max(1, get(MAX_HELD_BYTES) / lanes))
                .with(PARALLELISM, 1);
    }

    /** The options of one trip made of an evaluation with these and a following one: the later word wins. */
    EvaluationOptions then(EvaluationOptions next) {
        Map<Option<?>, Object> both = new HashMap<>(told);
        next.told.forEach((option, value) -> {
            if (option != INPUT_SCHEMA) {
                both.put(option, value);
            }
        });
        return new EvaluationOptions(both);
    }
}
