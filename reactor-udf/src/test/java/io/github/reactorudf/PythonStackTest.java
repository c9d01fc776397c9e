package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PythonStackTest {

    @Test
    void theInnermostCallOfTheOnlyThread() {
        String stack = """
                Fatal Python error: Segmentation fault

                Current thread 0x00007f (most recent call first):
                  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
                  File "/udfs/model.py", line 12 in score
                """;
        assertEquals(", in string_at (__init__.py:519)", PythonStack.innermost(stack));
    }

    @Test
    void ofSeveralThreadsTheCurrentOne() {
        String stack = """
                Thread 0x00007e (most recent call first):
                  File "/usr/lib/python3.11/threading.py", line 324 in wait

                Current thread 0x00007f (most recent call first):
                  File "model.py", line 12 in score
                """;
        assertEquals(", in score (model.py:12)", PythonStack.innermost(stack));
    }

    @Test
    void nothingOfWhatTellsNothing() {
        assertEquals("", PythonStack.innermost(""));
        assertEquals(
                "", PythonStack.innermost("Current thread 0x00007f (most recent call first):\n  <no Python frame>"));
    }
}
