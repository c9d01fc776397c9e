package io.github.reactorudf;

import io.github.reactorudf.worker.MemoryQuota;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns where the JVM and its workers may together use more than their container may: the kernel would then kill one of
 * them, or all.
 */
final class MemoryCheck {

    private static final Logger LOGGER = LoggerFactory.getLogger(PythonRuntime.class);

    private MemoryCheck() {}

    static void warn(Workers workers) {
        String excess = excess(MemoryQuota.ofThisProcess(), Runtime.getRuntime().maxMemory(), workers);
        if (!excess.isEmpty()) {
            LOGGER.warn(excess);
        }
    }

    /** What is too much; empty if nothing is, or it can't be known. */
    static String excess(OptionalLong quota, long heap, Workers workers) {
        long each = workers.limits().memory();
        if (quota.isEmpty() || each == 0 || heap + each * workers.maximum() <= quota.getAsLong()) {
            return "";
        }
        return "The JVM's heap (" + heap + " bytes) and " + workers.maximum() + " workers of " + each
                + " bytes may exceed the " + quota.getAsLong()
                + " bytes of the control group: the kernel would end processes. Lower -Xmx, the number of workers or"
                + " Workers.memoryLimit, or raise the container's limit.";
    }
}
