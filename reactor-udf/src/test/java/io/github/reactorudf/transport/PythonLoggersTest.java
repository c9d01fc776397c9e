package io.github.reactorudf.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PythonLoggersTest {

    @Test
    void namesAreBoundedInNumberAndLength() {
        assertEquals("python.stdout", PythonLoggers.of("stdout").getName());
        assertEquals(
                PythonLoggers.OTHERS,
                PythonLoggers.of("x".repeat(PythonLoggers.LONGEST_NAME + 1)).getName());

        Set<String> names = new HashSet<>();
        for (int i = 0; i < 2 * PythonLoggers.MOST; i++) {
            names.add(PythonLoggers.of("request-" + i).getName());
        }

        assertTrue(names.size() <= PythonLoggers.MOST);
        assertTrue(names.contains(PythonLoggers.OTHERS));
        assertEquals("python.stdout", PythonLoggers.of("stdout").getName());
    }
}
