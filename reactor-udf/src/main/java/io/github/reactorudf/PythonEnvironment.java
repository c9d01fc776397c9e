package io.github.reactorudf;

import io.github.reactorudf.worker.Commands;
import io.github.reactorudf.worker.Interpreters;
import io.github.reactorudf.worker.ManagedEnvironment;
import io.github.reactorudf.worker.Requirements;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A Python interpreter, 3.10 or newer, and its packages; {@code pyarrow} must be among them, and {@code pandas} for
 * functions that use it. Immutable. Nothing is looked for or installed before the first evaluation; what is wrong then
 * is a {@link UdfException} that says what to do.
 *
 * <pre>{@code
 * PythonEnvironment.managed("pyarrow", "pandas")
 * PythonEnvironment.managed(Path.of("requirements.txt"))
 * PythonEnvironment.virtualenv(Path.of(".venv"))
 * }</pre>
 */
public final class PythonEnvironment {

    private final String description;
    private final Function<Commands, Path> interpreter;

    private PythonEnvironment(String description, Function<Commands, Path> interpreter) {
        this.description = description;
        this.interpreter = interpreter;
    }

    /** The {@code python3} of the {@code PATH}, with the packages that it has. */
    public static PythonEnvironment system() {
        return new PythonEnvironment(
                "system", commands -> Interpreters.system(commands).executable());
    }

    /** An existing virtual environment, with the packages that it has. */
    public static PythonEnvironment virtualenv(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        return new PythonEnvironment("virtualenv " + absolute, commands -> Interpreters.virtualenv(absolute, commands)
                .executable());
    }

    /**
     * An environment that is made when it is first needed, with the system's {@code python3}, {@code venv} and
     * {@code pip}, and kept for later runs under {@code reactor-udf/environments} in the user's cache directory
     * ({@code XDG_CACHE_HOME}, by default {@code ~/.cache}). Another Python version, or another content of the file, is
     * another environment; files that the file refers to do not count. What {@code pip} does is logged.
     *
     * @param requirementsFile as {@code pip install -r} reads it
     */
    public static PythonEnvironment managed(Path requirementsFile) {
        Requirements requirements =
                Requirements.file(requirementsFile.toAbsolutePath().normalize());
        return managed(requirements);
    }

    /**
     * The same with the requirements given here, each as a line of a requirements file: {@code managed("pyarrow",
     * "pandas~=2.2")}.
     *
     * @throws IllegalArgumentException if there is none, or one is empty or begins with a dash
     */
    public static PythonEnvironment managed(String... requirements) {
        return managed(Requirements.of(List.of(requirements)));
    }

    private static PythonEnvironment managed(Requirements requirements) {
        ManagedEnvironment environment = new ManagedEnvironment(requirements, ManagedEnvironment.cache());
        return new PythonEnvironment("managed " + requirements, environment::interpreter);
    }

    /**
     * The interpreter, made first where it must be. Cold, and cheap when the environment is there already.
     *
     * @param scheduler runs what blocks; cancelling ends what was started on it
     * @return {@link UdfException} if there is none that can be used
     */
    Mono<Path> interpreter(Scheduler scheduler) {
        return Mono.using(
                Commands::new,
                commands -> Mono.fromCallable(() -> commands.unlessClosed(interpreter))
                        .subscribeOn(scheduler),
                Commands::close);
    }

    @Override
    public String toString() {
        return "PythonEnvironment[" + description + "]";
    }
}
