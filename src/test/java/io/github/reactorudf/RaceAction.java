package io.github.reactorudf;

/** What may happen to an evaluation while something else does. */
enum RaceAction {
    CANCEL,
    REQUEST,
    UPSTREAM_NEXT,
    UPSTREAM_COMPLETE,
    UPSTREAM_ERROR,
    /** What the worker sent, or in {@link RaceScenario#ACQUIRING} the worker itself, comes. */
    WORKER,
    WORKER_LOST;

    private boolean upstream() {
        return this == UPSTREAM_NEXT || this == UPSTREAM_COMPLETE || this == UPSTREAM_ERROR;
    }

    /** Whether the two may happen at once: upstream signals one after another, and there is one worker. */
    boolean races(RaceAction other) {
        return this == other ? this == CANCEL || this == REQUEST : !(upstream() && other.upstream());
    }
}
