package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;

/**
 * Fails a test during which a thread that must not block, such as an event loop, did. Throwing there is not enough:
 * much of what runs on an event loop has nobody to throw to.
 */
public final class EventLoopBlocks implements AfterEachCallback, LauncherSessionListener {

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("reactorudf.tests.venv") == null) {
            // Maven's own JVM, which looks for the tests that it then runs in others.
            return;
        }
        BlockHound.builder()
                .loadIntegrations()
                // Netty's own lock while its pool grows, held for a few instructions.
                .allowBlockingCallsInside(
                        "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
                // A scheduler that is disposed of while a task is given to it takes its lock for a moment.
                .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "remove")
                // The lock of the queue in which the TCK's own subscribers keep what they get.
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "add")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "complete")
                .blockingMethodCallback(method -> {
                    BlockingOperationError error = new BlockingOperationError(method);
                    FOUND.add(Thread.currentThread().getName() + ": " + stack(error));
                    throw error;
                })
                .install();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertEquals(List.of(), take(), "blocked");
    }

    /** What was found since the last call. */
    static List<String> take() {
        List<String> taken = new ArrayList<>();
        for (String found = FOUND.poll(); found != null; found = FOUND.poll()) {
            taken.add(found);
        }
        return taken;
    }

    private static String stack(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
