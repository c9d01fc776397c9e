package io.github.reactorudf;

import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The base of tests with a real Python. The tests of a class share a runtime with one worker, since starting Python
 * takes longer than most of them; one that configures, counts, harms or closes a runtime has its own. After each test
 * no evaluation, no buffer and no process of its own may be left, after the class none at all; Netty's leak detector
 * must have found nothing.
 */
@ExtendWith({NettyLeaks.class, EventLoopBlocks.class})
abstract class PythonTest {

    static final Path VENV = Path.of(System.getProperty("reactorudf.tests.venv"));
    static final Path MODULES = Path.of("python").toAbsolutePath();

    private static SharedPython shared = new SharedPython();

    final BufferAllocator allocator = shared.allocator();

    private @Nullable PythonRuntime own;

    /** The runtime of this test, which is the class's unless one of the other methods came first. */
    PythonRuntime python() {
        PythonRuntime current = own;
        return current == null ? shared.runtime(builder()) : current;
    }

    /** As {@link #python()}, but of this test alone. */
    PythonRuntime ownPython() {
        return python(builder());
    }

    PythonRuntime python(int workers) {
        return python(builder().workers(workers));
    }

    /** The class's runtime, with a worker that only this test has. */
    PythonRuntime python(Consumer<? super Channel> onConnected) {
        return shared.observed(builder(), onConnected);
    }

    PythonRuntime python(PythonRuntime.Builder builder) {
        if (own != null) {
            throw new IllegalStateException("this test has a runtime already");
        }
        PythonRuntime built = builder.build();
        own = built;
        return built;
    }

    PythonRuntime.Builder builder() {
        return PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(VENV))
                .modules(MODULES)
                .workers(1)
                .allocator(allocator);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        if (own != null) {
            own.close();
        }
        try {
            shared.awaitIdle();
        } catch (AssertionError | RuntimeException left) {
            // It is not to fail the next test too.
            SharedPython spoilt = renew();
            try {
                spoilt.close();
            } catch (AssertionError | RuntimeException also) {
                left.addSuppressed(also);
            }
            throw left;
        }
    }

    @AfterAll
    static void noPythonIsLeft() {
        renew().close();
    }

    private static SharedPython renew() {
        SharedPython before = shared;
        shared = new SharedPython();
        return before;
    }
}
