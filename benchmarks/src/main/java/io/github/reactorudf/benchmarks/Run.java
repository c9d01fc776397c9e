package io.github.reactorudf.benchmarks;

import java.util.Collection;

/**
 * One run, and what came out of it.
 *
 * @param seconds from asking for it until the last result was read by the thread that it was delivered on
 */
record Run(double seconds, long rows, long checksum) {

    /** Runs that were side by side: what they all gave, in the time of the slowest. */
    static Run together(Collection<Run> runs) {
        return new Run(
                runs.stream().mapToDouble(Run::seconds).max().orElse(0),
                runs.stream().mapToLong(Run::rows).sum(),
                runs.stream().mapToLong(Run::checksum).sum());
    }
}
