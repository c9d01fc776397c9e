package io.github.reactorudf.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One contender in one scenario: warmed up, checked, and measured a round at a time. */
final class Measuring implements AutoCloseable {

    /** For which a stream is repeated in a round: one short run would tell mostly how cold the caches are. */
    private static final double ROUND_SECONDS = 0.1;

    /**
     * Of the calls of a round, made before them and not counted, like the first run of a stream: until then processors
     * wake, processes find one, and caches hold what another contender left there.
     */
    private static final double UNCOUNTED = 0.2;

    private final Contender contender;
    private final Scenario scenario;
    private final Form form;
    private final Evaluator evaluator;
    private final int calls;
    private final ExecutorService threads;

    /** @param calls in a round, where single batches are measured */
    Measuring(Contender contender, Scenario scenario, Form form, Input input, int calls) throws Exception {
        this.contender = contender;
        this.scenario = scenario;
        this.form = form;
        this.evaluator = contender.evaluator(scenario, form, input);
        // A new process takes hundreds of times as long as a call.
        this.calls = scenario.mode() == Scenario.Mode.CONNECT ? Math.max(1, calls / 20) : calls;
        this.threads = Executors.newFixedThreadPool(scenario.evaluations());
    }

    /** Runs, and compares what comes out, until {@code seconds} have passed; at least twice. */
    void warmUp(double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        int runs = 0;
        while (runs++ < 2 || System.nanoTime() < end) {
            for (Run run : runs()) {
                check(run);
            }
        }
    }

    private void check(Run run) {
        long rows = scenario.resultRows() * scenario.evaluations();
        long checksum = scenario.workload().checksum(scenario.rows()) * scenario.passes() * scenario.evaluations();
        if (run.rows() != rows || run.checksum() != checksum) {
            throw new IllegalStateException(contender.name() + " gives a wrong result for " + scenario.name() + " ("
                    + form.key() + "): " + run + "; right are " + rows + " rows and checksum " + checksum);
        }
    }

    /**
     * Measures a round: of a stream the median of runs for a tenth of a second, one at least, behind one that is not
     * counted.
     */
    Map<String, Object> round(int round) throws Exception {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", scenario.name());
        line.put("form", form.key());
        line.put("contender", contender.name());
        line.put("round", round);
        if (scenario.mode() == Scenario.Mode.STREAM) {
            line.put("seconds", medianOfStreams());
        } else {
            line.put("seconds_each", runs().stream().mapToDouble(Run::seconds).toArray());
        }
        return line;
    }

    private double medianOfStreams() throws Exception {
        together();
        List<Double> seconds = new ArrayList<>();
        for (double total = 0; total < ROUND_SECONDS; total += seconds.get(seconds.size() - 1)) {
            seconds.add(together().seconds());
        }
        Collections.sort(seconds);
        int middle = seconds.size() / 2;
        return (seconds.get(middle) + seconds.get(seconds.size() - 1 - middle)) / 2;
    }

    private List<Run> runs() throws Exception {
        return switch (scenario.mode()) {
            case STREAM -> List.of(together());
            case CONNECT -> evaluator.streams(calls);
            case NEW -> {
                evaluator.streams(uncounted());
                yield evaluator.streams(calls);
            }
            case OPEN -> {
                try (Evaluator.Calls open = evaluator.open()) {
                    open.calls(uncounted());
                    yield open.calls(calls);
                }
            }
        };
    }

    private int uncounted() {
        return Math.max(1, (int) (calls * UNCOUNTED));
    }

    private Run together() throws Exception {
        if (scenario.evaluations() == 1) {
            return evaluator.stream();
        }
        List<Run> runs = new ArrayList<>();
        List<Callable<Run>> all = Collections.nCopies(scenario.evaluations(), evaluator::stream);
        for (Future<Run> run : threads.invokeAll(all)) {
            runs.add(run.get());
        }
        return Run.together(runs);
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        evaluator.close();
    }
}
