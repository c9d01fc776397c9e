package io.github.reactorudf;

/** The Reactive Streams TCK on an evaluation that is spread over workers. */
public class ParallelTckTest extends ReactiveStreamsTckTest {

    @Override
    BatchTransform transform(BatchTransform evaluation) {
        return evaluation.parallelism(2);
    }
}
