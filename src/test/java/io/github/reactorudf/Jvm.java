package io.github.reactorudf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of a test's own, with the classes and the Python of the tests. */
final class Jvm {

    private Jvm() {}

    /** Not started; what it says on stderr is said on the test's. */
    static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dreactorudf.tests.venv=" + PythonTest.VENV);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** For a main class: the runtime that tests have, without their fixtures. */
    static PythonRuntime python(int workers) {
        return PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(PythonTest.VENV))
                .modules(PythonTest.MODULES)
                .workers(workers)
                .build();
    }
}
