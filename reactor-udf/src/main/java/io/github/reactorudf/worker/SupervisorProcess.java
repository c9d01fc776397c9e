package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The process of a supervisor, as the operating system sees it.
 *
 * @param command as it was given, for messages; the secret is not in it
 */
record SupervisorProcess(Process process, List<String> command, SupervisorDirectory directory) {

    private static final String MAIN =
            "import sys; sys.path.insert(0, sys.argv[1]); from reactor_udf._subreaper import main; main()";

    /** All that Python sees of the JVM's environment: the rest can hold secrets. */
    private static final Set<String> PASSED_ON = Set.of("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH");

    private static final String LOCALE = "LC_";

    /**
     * Unpacks the worker's code and starts the process. Blocks.
     *
     * @throws UdfException if it can't be started; nothing is left behind then
     */
    static SupervisorProcess launch(SupervisorSettings settings) {
        SupervisorDirectory directory;
        try {
            directory = SupervisorDirectory.create();
        } catch (IOException e) {
            throw new UdfException("No temporary directory can be made for the sockets of Python workers: " + e, e);
        }
        try {
            return launch(settings, directory);
        } catch (RuntimeException e) {
            directory.delete();
            throw e;
        }
    }

    private static SupervisorProcess launch(SupervisorSettings settings, SupervisorDirectory directory) {
        Path packages = settings.packages() == null ? directory.python() : settings.packages();
        List<String> command =
                List.of(settings.interpreter().toString(), "-I", "-X", "utf8", "-c", MAIN, packages.toString());
        try {
            if (settings.packages() == null) {
                WorkerFiles.unpack(SupervisorProcess.class.getClassLoader(), packages);
            }
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(directory.errors().toFile());
            passOn(builder.environment());
            return new SupervisorProcess(builder.start(), command, directory);
        } catch (IOException e) {
            throw new UdfException("Python can't be started: " + e.getMessage() + "\nCommand: " + spell(command), e);
        }
    }

    private static void passOn(Map<String, String> environment) {
        environment.keySet().removeIf(name -> !PASSED_ON.contains(name) && !name.startsWith(LOCALE));
    }

    /** The command as it can be pasted into a shell. */
    String spelledCommand() {
        return spell(command);
    }

    private static String spell(List<String> command) {
        return String.join(
                " ",
                command.stream()
                        .map(word -> word.contains(" ") ? "\"" + word + "\"" : word)
                        .toList());
    }
}
