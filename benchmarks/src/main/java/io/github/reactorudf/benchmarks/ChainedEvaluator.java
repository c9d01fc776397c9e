package io.github.reactorudf.benchmarks;

import io.github.reactorudf.BatchTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * As {@link ReactorEvaluator}, but what comes next is sent where the last result was delivered, as operators such as
 * {@code concatMap} do it: no thread blocks.
 */
final class ChainedEvaluator extends ReactorEvaluator {

    ChainedEvaluator(BatchTransform transform, Workload workload, Input input) {
        super(transform, workload, input);
    }

    @Override
    public List<Run> streams(int count) throws Exception {
        Chain chain = new Chain(count);
        next(chain);
        return chain.all.get();
    }

    private void next(Chain chain) {
        begin(
                run -> {
                    if (chain.goesOn(run)) {
                        next(chain);
                    }
                },
                chain.all::completeExceptionally);
    }

    @Override
    public Calls open() {
        return new ChainedCalls();
    }

    /** So many runs, one after another. */
    private static final class Chain {

        final CompletableFuture<List<Run>> all = new CompletableFuture<>();
        private final List<Run> runs = new ArrayList<>();
        private final int count;

        Chain(int count) {
            this.count = count;
        }

        /** Whether there is to be another run after this one. */
        boolean goesOn(Run run) {
            runs.add(run);
            if (runs.size() == count) {
                all.complete(runs);
            }
            return runs.size() < count;
        }
    }

    private final class ChainedCalls implements Calls {

        private final OpenEvaluation evaluation = new OpenEvaluation(this::came, this::failed);
        private volatile Chain chain = new Chain(0);

        @Override
        public Run call() throws Exception {
            return calls(1).get(0);
        }

        @Override
        public List<Run> calls(int count) throws Exception {
            Chain begun = new Chain(count);
            chain = begun;
            evaluation.send();
            return begun.all.get();
        }

        private void came(Run run) {
            if (chain.goesOn(run)) {
                evaluation.send();
            }
        }

        private void failed(Throwable error) {
            chain.all.completeExceptionally(error);
        }

        @Override
        public void close() {
            evaluation.close();
        }
    }
}
