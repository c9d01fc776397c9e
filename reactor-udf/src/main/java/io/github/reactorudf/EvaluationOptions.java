package io.github.reactorudf;

import io.github.reactorudf.protocol.Credit;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** What a {@link BatchTransform} was told; null is for the default. */
record EvaluationOptions(
        @Nullable Schema inputSchema,
        @Nullable Credit window,
        @Nullable Long maxHeldBytes,
        @Nullable Scheduler subscribeOn,
        @Nullable Scheduler publishOn) {

    static final EvaluationOptions NONE = new EvaluationOptions(null, null, null, null, null);
    private static final Credit DEFAULT_WINDOW = new Credit(4, 4 << 20);
    private static final long DEFAULT_MAX_HELD_BYTES = 64 << 20;

    Credit windowOrDefault() {
        return window == null ? DEFAULT_WINDOW : window;
    }

    long maxHeldBytesOrDefault() {
        return maxHeldBytes == null ? DEFAULT_MAX_HELD_BYTES : maxHeldBytes;
    }

    /** The options of one trip made of an evaluation with these and a following one: the later word wins. */
    EvaluationOptions then(EvaluationOptions next) {
        return new EvaluationOptions(
                inputSchema,
                next.window == null ? window : next.window,
                next.maxHeldBytes == null ? maxHeldBytes : next.maxHeldBytes,
                next.subscribeOn == null ? subscribeOn : next.subscribeOn,
                next.publishOn == null ? publishOn : next.publishOn);
    }
}
