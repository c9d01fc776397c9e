package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment in the cache, one for each content: the Python version and the requirements.
 *
 * <p>Environments can't be moved, so each is built where it will stay; a marker file is written last, and what has none
 * is half made and is made again. A file lock keeps other JVMs from building the same at once.
 */
public final class ManagedEnvironment {

    private static final String MARKER = "reactor-udf-complete";

    private final Requirements requirements;
    private final Path cache;
    private final @Nullable String path;

    /** @param cache the directory that holds environments; made when it is needed */
    public ManagedEnvironment(Requirements requirements, Path cache) {
        this(requirements, cache, System.getenv("PATH"));
    }

    ManagedEnvironment(Requirements requirements, Path cache, @Nullable String path) {
        this.requirements = requirements;
        this.cache = cache;
        this.path = path;
    }

    /** The user's cache directory. */
    public static Path cache() {
        return cache(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
    }

    static Path cache(@Nullable String xdg, String home) {
        Path base = xdg == null || xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg);
        return base.resolve("reactor-udf").resolve("environments");
    }

    /**
     * The interpreter of the environment, which is built first if it is not there. Blocks, for minutes when packages
     * are downloaded.
     *
     * @throws UdfException with the reason and the remedy, if it can't be built; nothing half made is used later
     */
    public Path interpreter(Commands commands) {
        Interpreter base = Interpreters.onPath(path, commands);
        Path environment = cache.resolve(key(base.version(), requirements.content()));
        if (!isComplete(environment)) {
            build(base, environment, commands);
        }
        return python(environment);
    }

    private void build(Interpreter base, Path environment, Commands commands) {
        try {
            Files.createDirectories(cache);
            EnvironmentLock.hold(environment, () -> {
                // Somebody else may have built it while this one waited.
                if (!isComplete(environment)) {
                    new EnvironmentBuilder(base, environment, requirements, commands).build();
                    Files.createFile(environment.resolve(MARKER));
                }
            });
        } catch (IOException e) {
            throw new UdfException("The Python environment can't be made in " + environment + ": " + e, e);
        }
    }

    private static boolean isComplete(Path environment) {
        // The interpreter is a link to the system's, which may have been removed since.
        return Files.exists(environment.resolve(MARKER)) && Files.isExecutable(python(environment));
    }

    private static Path python(Path environment) {
        return environment.resolve("bin/python");
    }

    static String key(String version, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((version + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
