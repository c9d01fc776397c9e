package io.github.reactorudf.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured.
 *
 * @param rows of the input, in batches of {@code batchRows}
 * @param passes how often the input is streamed, one after another, as one stream
 * @param evaluations how many run at once, each over the whole input
 */
record Scenario(String name, Mode mode, Workload workload, int rows, int batchRows, int passes, int evaluations) {

    /** What a measurement is. */
    enum Mode {
        /** From subscribing to the end of a stream. */
        STREAM,
        /** Many evaluations of one batch, one after another. */
        NEW,
        /** Many batches one after another, each sent when the one before is back, in one evaluation. */
        OPEN,
        /** From asking for a worker to having one that has pandas imported. */
        CONNECT
    }

    private static final int SMALL = 10_000;
    private static final int LARGE = 100_000;
    private static final int MILLION = 1_000_000;

    /** By those whose times are compared with each other: they are measured in turns. */
    static final List<List<Scenario>> TABLE = List.of(
            List.of(stream("light_100k", Workload.LIGHT, 100_000, SMALL)),
            List.of(stream("light_1m", Workload.LIGHT, MILLION, SMALL)),
            List.of(stream("light_5m", Workload.LIGHT, 5 * MILLION, SMALL)),
            List.of(stream("light_5m_100k", Workload.LIGHT, 5 * MILLION, LARGE)),
            List.of(stream("cpu_1m", Workload.CPU, MILLION, SMALL)),
            List.of(stream("sleep", Workload.SLEEP, 200_000, SMALL)),
            List.of(stream("three_100k", Workload.THREE, 100_000, SMALL)),
            List.of(stream("three_1m", Workload.THREE, MILLION, SMALL)),
            List.of(stream("strings", Workload.STRINGS, MILLION, SMALL)),
            List.of(stream("wide", Workload.WIDE, 100_000, SMALL)),
            List.of(stream("batch_1", Workload.LIGHT, 1_000, 1)),
            List.of(stream("batch_100", Workload.LIGHT, 100_000, 100)),
            List.of(stream("batch_10k", Workload.LIGHT, 2 * MILLION, SMALL)),
            List.of(stream("batch_100k", Workload.LIGHT, 2 * MILLION, LARGE)),
            calls("one_row", 1),
            calls("one_10k", SMALL),
            calls("one_100k", LARGE),
            List.of(atOnce(1)),
            List.of(atOnce(2)),
            List.of(atOnce(4)),
            List.of(atOnce(8)),
            List.of(new Scenario("connect", Mode.CONNECT, Workload.LIGHT, 1, 1, 1, 1)));

    /** Streams of any length are to need the same memory. */
    static final List<Scenario> MEMORY =
            List.of(repeated("memory_1m", 1), repeated("memory_5m", 5), repeated("memory_50m", 50));

    static final List<String> QUICK = List.of("light_1m", "light_5m_100k", "one_row_open", "one_row_new");

    static Scenario named(String name) {
        return Stream.concat(table(), MEMORY.stream())
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no scenario " + name + "; there are "
                        + table().map(Scenario::name).toList()));
    }

    /** All of the table. */
    static Stream<Scenario> table() {
        return TABLE.stream().flatMap(List::stream);
    }

    /** The same with fewer rows, for trying things out; at least a batch. */
    Scenario scaled(double factor) {
        int fewer = Math.max(batchRows, (int) (rows * factor) / batchRows * batchRows);
        return new Scenario(name, mode, workload, fewer, batchRows, passes, evaluations);
    }

    private static Scenario stream(String name, Workload workload, int rows, int batchRows) {
        return new Scenario(name, Mode.STREAM, workload, rows, batchRows, 1, 1);
    }

    private static List<Scenario> calls(String name, int rows) {
        return List.of(
                new Scenario(name + "_new", Mode.NEW, Workload.LIGHT, rows, rows, 1, 1),
                new Scenario(name + "_open", Mode.OPEN, Workload.LIGHT, rows, rows, 1, 1));
    }

    private static Scenario atOnce(int evaluations) {
        return new Scenario("evaluations_" + evaluations, Mode.STREAM, Workload.LIGHT, MILLION, SMALL, 1, evaluations);
    }

    private static Scenario repeated(String name, int passes) {
        return new Scenario(name, Mode.STREAM, Workload.LIGHT, MILLION, SMALL, passes, 1);
    }

    /**
     * That of its kind which runs the same code most often in a second: the JVM compiles what is called often enough,
     * not long enough.
     */
    Scenario lightest() {
        return switch (mode) {
            case STREAM -> named("light_1m");
            case NEW -> named("one_row_new");
            case OPEN -> named("one_row_open");
            case CONNECT -> this;
        };
    }

    /** How many rows come back from one evaluation. */
    long resultRows() {
        return (long) rows * passes;
    }
}
