package io.github.reactorudf;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * When an evaluation must have ended.
 *
 * @param nanos in the time of {@link System#nanoTime}
 * @param said what was told, for messages
 */
record Deadline(long nanos, String said) {

    /**
     * The earlier one of the transform's {@code timeout} and the subscriber's deadline; null without either.
     *
     * @throws IllegalArgumentException if the context holds something else than a point in time
     */
    static @Nullable Deadline of(EvaluationOptions options, ContextView context) {
        Duration timeout = options.find(EvaluationOptions.TIMEOUT);
        Deadline own = timeout == null ? null : in(timeout, "within " + timeout.toMillis() + " ms (timeout)");
        Object point = context.getOrDefault(PythonRuntime.DEADLINE, null);
        if (point == null) {
            return own;
        }
        if (!(point instanceof Instant instant)) {
            throw new IllegalArgumentException("the context's \"" + PythonRuntime.DEADLINE + "\" is a "
                    + point.getClass().getName() + "; it must be a java.time.Instant");
        }
        Deadline given = in(Duration.between(Instant.now(), instant), "by " + instant + " (DEADLINE)");
        return own != null && own.nanos - given.nanos <= 0 ? own : given;
    }

    private static Deadline in(Duration time, String said) {
        return new Deadline(System.nanoTime() + saturated(time), said);
    }

    /** Half of what a long holds, at most and at least, so that the sum with the time does not wrap around. */
    private static long saturated(Duration time) {
        Duration most = Duration.ofNanos(Long.MAX_VALUE / 2);
        return time.compareTo(most) > 0 ? most.toNanos() : time.isNegative() ? 0 : time.toNanos();
    }

    /** What to say of an evaluation that was not done. */
    String missed(String functions, String doing) {
        return "the evaluation of " + functions + " was not done " + said + ": " + doing;
    }

    /** The nanoseconds left; none are if that is not above 0. */
    long left() {
        return nanos - System.nanoTime();
    }
}
