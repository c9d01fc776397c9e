package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.arrow.ArrowMemory;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The base of tests with a real Python: an allocator and a runtime for each test. After each, the runtime is closed and
 * must leave no buffer and no child process; Netty's leak detector must have found nothing.
 */
@ExtendWith(NettyLeaks.class)
abstract class PythonTest {

    static final Path VENV = Path.of(System.getProperty("reactorudf.tests.venv"));
    static final Path MODULES = Path.of("python").toAbsolutePath();

    final BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);

    private @Nullable PythonRuntime runtime;

    /** The runtime of this test, with one worker unless {@link #python(PythonRuntime.Builder)} came first. */
    PythonRuntime python() {
        PythonRuntime current = runtime;
        return current == null ? python(builder()) : current;
    }

    PythonRuntime python(int workers) {
        return python(builder().workers(workers));
    }

    PythonRuntime python(PythonRuntime.Builder builder) {
        if (runtime != null) {
            throw new IllegalStateException("this test has a runtime already");
        }
        PythonRuntime built = builder.build();
        runtime = built;
        return built;
    }

    PythonRuntime python(Consumer<? super Channel> onConnected) {
        return python(builder().onConnected(onConnected));
    }

    PythonRuntime.Builder builder() {
        return PythonRuntime.builder()
                .environment(PythonEnvironment.virtualenv(VENV))
                .modules(MODULES)
                .workers(1)
                .allocator(allocator);
    }

    @AfterEach
    void nothingIsLeft() {
        if (runtime != null) {
            runtime.close();
        }
        List<ProcessHandle> children = ProcessHandle.current().children().toList();
        assertEquals(List.of(), children, "child processes");
        assertEquals(0, allocator.getAllocatedMemory(), allocator::toVerboseString);
        allocator.close();
    }
}
