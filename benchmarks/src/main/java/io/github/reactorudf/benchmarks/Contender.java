package io.github.reactorudf.benchmarks;

import java.io.IOException;

/** One way to have Python functions evaluated. Made for a whole table; its processes are started once. */
interface Contender extends AutoCloseable {

    /** As results have it. */
    String name();

    /** Whether it has a figure for this. */
    boolean takes(Scenario scenario, Form form);

    /** Gets ready whatever is not to be measured. */
    Evaluator evaluator(Scenario scenario, Form form, Input input) throws Exception;

    @Override
    void close() throws IOException;
}
