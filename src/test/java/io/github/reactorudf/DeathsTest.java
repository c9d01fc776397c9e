package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** F9: each way to die, what is known of it afterwards, and that the pool heals. */
class DeathsTest extends PythonTest {

    private static final Map<String, Integer> CODES =
            new TreeMap<>(Map.of("os._exit", 3, "exit from thread", 3, "grandchild", 3));
    private static final Map<String, String> CRASHES =
            new TreeMap<>(Map.of("segmentation fault", "SIGSEGV", "abort", "SIGABRT", "stack overflow", "SIGSEGV"));
    private static final List<String> SIGNALS =
            List.of("SIGHUP", "SIGQUIT", "SIGKILL", "SIGTERM", "SIGALRM", "SIGXCPU", "SIGRTMIN");
    private static final List<String> FATAL_SIGNALS = List.of("SIGILL", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV");

    @TestFactory
    Collection<DynamicTest> eachWay() {
        PythonRuntime python = python();
        List<DynamicTest> tests = new ArrayList<>();
        CODES.forEach((how, code) -> tests.add(DynamicTest.dynamicTest(how, () -> {
            WorkerLostException lost = lost(python, how);
            assertEquals(code, lost.exitCode());
            assertEquals("", lost.pythonStack());
            Results.assertSays(lost, "exited with code " + code);
        })));
        CRASHES.forEach((how, signal) -> tests.add(DynamicTest.dynamicTest(how, () -> crashed(python, how, signal))));
        FATAL_SIGNALS.forEach(
                signal -> tests.add(DynamicTest.dynamicTest(signal, () -> crashed(python, signal, signal))));
        SIGNALS.forEach(signal -> tests.add(DynamicTest.dynamicTest(signal, () -> {
            WorkerLostException lost = lost(python, signal);
            assertEquals(signal, lost.signal());
            Results.assertSays(lost, signal);
        })));
        return tests;
    }

    /** The exception is the function's; what it did to its process must not be the next evaluation's. */
    @Test
    void memoryThatIsNotToBeHadIsAnErrorOfTheFunction() {
        PythonRuntime python = python();
        PythonException error = Results.failure(
                PythonException.class, Batches.ranges(allocator, 1, 1).transform(python.evaluate(dying("memory"))));
        assertEquals("MemoryError", error.pythonType());
        heals(python);
    }

    private void crashed(PythonRuntime python, String how, String signal) {
        WorkerLostException lost = lost(python, how);
        assertEquals(signal, lost.signal());
        assertTrue(lost.pythonStack().contains("deaths.py"), () -> "no stack: " + lost.pythonStack());
    }

    private WorkerLostException lost(PythonRuntime python, String how) {
        WorkerLostException lost = Results.failure(
                WorkerLostException.class, Batches.ranges(allocator, 1, 1).transform(python.evaluate(dying(how))));
        heals(python);
        return lost;
    }

    private void heals(PythonRuntime python) {
        Udf plusOne = Udf.of("functions:plus_one_arrow").on("x").as("y");
        assertEquals(
                List.of(1L), Results.values(Batches.ranges(allocator, 1, 1).transform(python.evaluate(plusOne)), "y"));
    }

    private static Udf dying(String how) {
        return Udf.of("deaths:in_call").on("x").with("how", how);
    }
}
