package io.github.reactorudf.benchmarks;

import java.io.IOException;

/** A contender that is ready for a scenario. */
interface Evaluator extends AutoCloseable {

    /** Evaluates the whole input, in an evaluation of its own. Thread-safe where the scenario has several at once. */
    Run stream() throws Exception;

    /** Opens an evaluation for {@link Calls}. */
    default Calls open() throws Exception {
        throw new UnsupportedOperationException(getClass() + " evaluates streams only");
    }

    @Override
    void close() throws IOException;

    /** An evaluation that is kept open. */
    interface Calls extends AutoCloseable {

        /** Evaluates the input's only batch. */
        Run call() throws Exception;

        @Override
        void close() throws IOException;
    }
}
