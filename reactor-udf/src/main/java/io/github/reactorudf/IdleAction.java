package io.github.reactorudf;

/** What {@link BatchTransform#idleTimeout} does when an evaluation has been idle for that long. */
public enum IdleAction {
    /** A warning is logged, once for each time of idleness, and the evaluation goes on. */
    WARN,
    /** The evaluation fails with a {@link UdfTimeoutException}. */
    FAIL
}
