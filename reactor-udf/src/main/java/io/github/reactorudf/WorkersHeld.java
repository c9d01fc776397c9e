package io.github.reactorudf;

import reactor.util.context.Context;

/**
 * The key under which the Reactor context tells upstream how many workers of a runtime the evaluations downstream of it
 * hold. They hold them until upstream ends, so an evaluation upstream of them must not wait for a worker that one of
 * them, or of others like them, holds.
 */
record WorkersHeld(PythonRuntime runtime) {

    /** How many workers are held by what {@code context} comes from. */
    int in(Context context) {
        return context.hasKey(this) ? context.<Integer>get(this) : 0;
    }

    Context oneMore(Context context) {
        return context.put(this, in(context) + 1);
    }
}
