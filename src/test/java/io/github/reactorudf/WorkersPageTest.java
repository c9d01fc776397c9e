package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The page on workers: its snippet is compiled here, and it has every setting. */
class WorkersPageTest {

    private static final Path PAGE = Path.of("../../docs/workers.md");

    @Test
    void theSnippetIsTheOneCompiledHere() throws IOException {
        String source = Files.readString(Path.of("java/io/github/reactorudf/WorkersPageTest.java"));
        String between = find(source, " *// tag::workers\\[\\]\n(.*?) *// end::workers\\[\\]");
        assertEquals(between.stripTrailing().stripIndent() + "\n", find(Files.readString(PAGE), "```java\n(.*?)```"));
    }

    @Test
    void everySettingIsThere() throws IOException {
        String page = Files.readString(PAGE);
        for (Method method : Workers.class.getMethods()) {
            if (method.getDeclaringClass() == Workers.class && Modifier.isPublic(method.getModifiers())) {
                assertTrue(page.contains("| `" + method.getName()), method.getName());
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedAtOnce() {
        Workers workers = Workers.local(2);
        for (Executable nonsense : Arrays.<Executable>asList(
                () -> Workers.local(0),
                () -> workers.minimum(3),
                () -> workers.minimum(-1),
                () -> workers.startTimeout(Duration.ZERO),
                () -> workers.maxIdleTime(Duration.ofSeconds(-1)),
                () -> workers.pendingAcquireTimeout(Duration.ZERO),
                () -> workers.pendingAcquireMaxCount(-1),
                () -> workers.maxEvaluations(0),
                () -> workers.maxResidentMemory(0),
                () -> workers.memoryLimit(-1),
                () -> workers.busyWait(Duration.ofNanos(-1)),
                () -> workers.busyWait(Duration.ofSeconds(1)))) {
            assertThrows(IllegalArgumentException.class, nonsense);
        }
    }

    @SuppressWarnings("unused") // Compiled, and compared with the page.
    private static void snippet() {
        // tag::workers[]
        PythonRuntime python = PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(Path.of(".venv")))
                .workers(Workers.local(8)
                        .minimum(2)
                        .maxIdleTime(Duration.ofMinutes(5))
                        .maxEvaluations(10_000)
                        .preload("sklearn"))
                .build();
        python.warmUp().block();
        // end::workers[]
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }
}
