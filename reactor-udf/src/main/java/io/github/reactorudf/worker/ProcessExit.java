package io.github.reactorudf.worker;

/** Waits for processes that are known to end soon. */
final class ProcessExit {

    private ProcessExit() {}

    /**
     * The exit code, waited for whatever interrupts. Not by {@link Process#onExit}: that completes on the common pool,
     * all of whose threads may be waiting here.
     */
    static int await(Process process) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
