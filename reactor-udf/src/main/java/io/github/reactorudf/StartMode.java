package io.github.reactorudf;

/** How a worker's process comes to be. */
public enum StartMode {

    /**
     * Forked from a process that has imported the libraries: in milliseconds, and sharing their memory. Where a
     * preloaded library would hang in a fork, because it started threads while it was imported, workers are spawned
     * instead, and a warning names the module.
     */
    FORK,

    /**
     * An interpreter of its own for each worker, which imports everything itself. One spare is kept warm. For libraries
     * that don't bear a fork.
     */
    SPAWN
}
