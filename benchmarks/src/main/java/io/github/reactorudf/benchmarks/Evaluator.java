package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A contender that is ready for a scenario. */
interface Evaluator extends AutoCloseable {

    /** Evaluates the whole input, in an evaluation of its own. Thread-safe where the scenario has several at once. */
    Run stream() throws Exception;

    /** Evaluates the whole input so often, in one evaluation after another. */
    default List<Run> streams(int count) throws Exception {
        return repeat(count, this::stream);
    }

    /** Opens an evaluation for {@link Calls}. */
    default Calls open() throws Exception {
        throw new UnsupportedOperationException(getClass() + " evaluates streams only");
    }

    private static List<Run> repeat(int count, Callable<Run> run) throws Exception {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(run.call());
        }
        return runs;
    }

    @Override
    void close() throws IOException;

    /** An evaluation that is kept open. */
    interface Calls extends AutoCloseable {

        /** Evaluates the input's only batch. */
        Run call() throws Exception;

        /** Evaluates it so often, one after another. */
        default List<Run> calls(int count) throws Exception {
            return repeat(count, this::call);
        }

        @Override
        void close() throws IOException;
    }
}
