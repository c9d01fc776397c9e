package io.github.reactorudf;

import java.time.Duration;

/** Checks the time limits that users state. */
final class TimeLimits {

    /** Longer than anything runs, and still countable in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private TimeLimits() {}

    /** @throws IllegalArgumentException if {@code limit} is not above 0 */
    static Duration positive(String name, Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(name + " is " + limit + "; it must be above 0");
        }
        return limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
    }
}
