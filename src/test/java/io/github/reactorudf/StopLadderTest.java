package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a function hangs, the subscriber knows and a worker is there again, within what docs/failures.md says. */
@Tag("full")
class StopLadderTest extends PythonTest {

    private static final Duration BATCH_TIMEOUT = Duration.ofMillis(500);

    /** To confirm the limit, and to ask for the stack. */
    private static final Duration KNOWN = BATCH_TIMEOUT.plusMillis(1100);

    /** CANCEL 100 ms, signals 2 s, SIGKILL 1 s. */
    private static final Duration STOPPED = Duration.ofMillis(3100);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "loop",
                "sleep",
                "swallow",
                "hold_interpreter",
                "mask_signals",
                "ignore_signals",
                "wait_for_lock",
                "wait_for_child",
                "stop"
            })
    void aWarmWorkerTakesOverFromOneThatHangs(String how) {
        PythonRuntime python = python();
        Object before = pid(python);
        Udf hang = Udf.of("hangs:hang").on("x").with("how", how);
        BatchTransform hanging = python.evaluate(hang).batchTimeout(BATCH_TIMEOUT);

        long start = System.nanoTime();
        UdfTimeoutException error = Results.failure(
                UdfTimeoutException.class, Batches.ranges(allocator, 3, 10).transform(hanging));
        long known = System.nanoTime();
        Object after = pid(python);
        long stopped = System.nanoTime();

        Results.assertSays(error, "hangs:hang", "500 ms", "batchTimeout");
        if (how.equals("ignore_signals") || how.equals("stop")) {
            assertEquals("", error.pythonStack());
            // A thread that masks signals tells its stack only if another one takes the signal for it.
        } else if (!how.equals("mask_signals")) {
            assertTrue(error.pythonStack().contains(how), error.pythonStack());
        }
        assertNotEquals(before, after);
        assertWithin("known", KNOWN, known - start);
        assertWithin("stopped", STOPPED, stopped - known);
    }

    private static void assertWithin(String what, Duration bound, long nanos) {
        assertTrue(
                nanos <= bound.multipliedBy(3).toNanos(),
                () -> what + " after " + Duration.ofNanos(nanos) + ", not within " + bound);
    }

    private Object pid(PythonRuntime python) {
        Udf process = Udf.of("hangs:process").on("x").as("pid");
        List<Object> pids = Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(process)), "pid");
        return pids.get(0);
    }
}
