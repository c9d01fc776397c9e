package io.github.reactorudf;

import io.github.reactorudf.protocol.PrepareFrame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/**
 * What becomes of a row for which a function raises; see {@link BatchTransform#onRowError}. Immutable; compared by what
 * they do.
 *
 * <p>All but {@link #fail()} need functions of which a row's result depends on that row alone: those that are
 * {@linkplain Udf#rows called with each row}, which see it once, or scalar ones that are declared
 * {@code @udf(row_wise=True)}. For these a batch in which a row fails is evaluated again by halves until the rows are
 * found: a batch of <i>n</i> rows costs at most 2<i>n</i> − 1 calls, with a single bad row about 2 log<sub>2</sub>
 * <i>n</i>.
 *
 * <p>An error of a row is any Python {@code Exception} but {@code MemoryError}, and a result that can't be of the
 * promised type. A result of another length, {@code SystemExit} and {@code KeyboardInterrupt} fail the evaluation.
 *
 * <p>Batches are given in order, one for each of the input, also where no row is left.
 */
public final class RowErrors {

    private static final RowErrors FAIL = new RowErrors(PrepareFrame.FAIL, null);
    private static final RowErrors TO_NULL = new RowErrors(PrepareFrame.NULL, null);
    private static final RowErrors SKIP = new RowErrors(PrepareFrame.REPORT, null);

    private final String asked;
    private final Sinks.@Nullable Many<RowError> letters;

    private RowErrors(String asked, Sinks.@Nullable Many<RowError> letters) {
        this.asked = asked;
        this.letters = letters;
    }

    /** The evaluation fails with a {@link PythonException}. The default. */
    public static RowErrors fail() {
        return FAIL;
    }

    /** The row's result is null, for later functions of the trip too, and downstream. */
    public static RowErrors toNull() {
        return TO_NULL;
    }

    /** The row is left out of the result. Functions after the one that raised see null in its place. */
    public static RowErrors skip() {
        return SKIP;
    }

    /**
     * As {@link #skip()}, and the row is emitted to a sink, with its input columns and the traceback: in order, once,
     * before the batch that it is left out of, and on the same thread.
     *
     * <p><b>Whoever subscribes to the sink closes what it receives</b>, and one subscriber at a time can.
     * {@code Sinks.many().unicast().onBackpressureBuffer()} loses nothing; a bound for its queue is a bound for the
     * rows kept. What a cancel leaves in such a queue goes to the discard hook:
     * {@code sink.asFlux().doOnDiscard(RowError.class, RowError::close)}.
     *
     * <p><b>When the sink takes no more</b> (it is full, cancelled or terminated, or nobody subscribed to one that
     * needs it), the row is closed and the evaluation fails with a {@link UdfException} that says so; the batch is not
     * delivered.
     *
     * <p>Evaluations may share a sink, and take turns then. Nobody else may emit to it at the same time. It is never
     * completed here: whoever made it knows when all evaluations are done.
     */
    public static RowErrors deadLetter(Sinks.Many<RowError> sink) {
        return new RowErrors(PrepareFrame.REPORT, Objects.requireNonNull(sink));
    }

    /** What the worker is asked to do (rule P9). */
    String asked() {
        return asked;
    }

    /** Whether rows are left out. */
    boolean leavesOut() {
        return asked.equals(PrepareFrame.REPORT);
    }

    /** Where rows that are left out go. */
    Sinks.@Nullable Many<RowError> letters() {
        return letters;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowErrors errors && asked.equals(errors.asked) && letters == errors.letters;
    }

    @Override
    public int hashCode() {
        return 31 * asked.hashCode() + System.identityHashCode(letters);
    }

    @Override
    public String toString() {
        return "RowErrors[" + (letters == null ? asked.equals(PrepareFrame.REPORT) ? "skip" : asked : "dead letter")
                + "]";
    }
}
