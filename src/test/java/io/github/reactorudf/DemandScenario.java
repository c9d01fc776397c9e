package io.github.reactorudf;

import io.github.reactorudf.DemandFunction.Span;
import io.github.reactorudf.protocol.Credit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a run of {@link RandomizedDemandTest} is like.
 *
 * @param maxHeldBytes the bound on held columns
 * @param errorAfter after how many batches upstream fails; -1 for never
 * @param cancelAt of which output, input or frame the cancel comes
 * @param tooFarAhead whether the function reads further ahead than {@code maxHeldBytes} allows
 */
record DemandScenario(
        int socketBuffer,
        Credit window,
        long maxHeldBytes,
        List<Span> input,
        int errorAfter,
        DemandFunction function,
        Demand demand,
        Emission emission,
        boolean schemaTold,
        boolean publishElsewhere,
        Cancel cancel,
        int cancelAt,
        boolean tooFarAhead) {

    static final List<Integer> SOCKET_BUFFERS = List.of(4 << 10, 64 << 10, 1 << 20);

    private static final int HUGE = 1 << 20;
    private static final int LARGE = 1 << 17;
    private static final int MEDIUM = 1 << 13;
    private static final long ROOMY = 64 << 20;

    /** How downstream asks. */
    enum Demand {
        /** For everything. */
        UNBOUNDED,
        /** For one, in {@code onNext}. */
        ONE_BY_ONE,
        /** For a few from another thread, when all it asked for has come. */
        IN_CHUNKS,
        /** For nothing before upstream has given all that can be sent without a result being asked for. */
        WITHHELD
    }

    /** How upstream emits. */
    enum Emission {
        /** In {@code request}. */
        IN_REQUEST,
        /** On a thread of its own. */
        ELSEWHERE,
        /** On a thread of its own, and not before the result of the batch before has arrived. */
        AFTER_RESULT
    }

    /** When downstream cancels. */
    enum Cancel {
        NEVER,
        AT_ONCE,
        AT_OUTPUT,
        AT_INPUT,
        AT_FRAME
    }

    /**
     * Draws one. Of three runs one has batches that fill the socket in both directions, half of them of row-wise
     * functions, and one a function that ends before its input does: what is left to chance is how, not whether.
     */
    static DemandScenario draw(long seed, int run) {
        Random random = new Random(seed * 1_000_003 + run);
        return switch (run % 3) {
            case 0 -> heavy(random, run % 2 == 0);
            case 1 -> ending(random);
            default -> any(random);
        };
    }

    private static DemandScenario heavy(Random random, boolean rowWise) {
        int rows = random.nextInt(3) == 0 ? HUGE : LARGE;
        int batches = rows == HUGE ? 3 : 6 + random.nextInt(8);
        DemandFunction function =
                switch (rowWise ? -1 : random.nextInt(rows == HUGE ? 4 : 5)) {
                    case 0 -> DemandFunction.ahead(2);
                    case 1 -> DemandFunction.aligned();
                    case 2 -> DemandFunction.alignedRegroup(2);
                    case -1 -> DemandFunction.rowWise();
                    case 3 -> DemandFunction.plain();
                    default -> DemandFunction.expand(2);
                };
        boolean cancels = random.nextInt(5) == 0;
        return new DemandScenario(
                SOCKET_BUFFERS.get(random.nextInt(4) / 3),
                new Credit(3 + random.nextInt(4), ROOMY),
                ROOMY,
                spans(random, batches, rows, rows),
                -1,
                function,
                oneOf(random, Demand.values()),
                random.nextBoolean() ? Emission.IN_REQUEST : Emission.ELSEWHERE,
                random.nextBoolean(),
                random.nextInt(3) == 0,
                cancels ? Cancel.AT_OUTPUT : Cancel.NEVER,
                batches - 1,
                false);
    }

    /** The end of the function comes before that of the input, unless an error or a cancel is earlier. */
    private static DemandScenario ending(Random random) {
        Credit window = window(random);
        int end = random.nextInt(6);
        int batches = end + 2 + (int) window.batches() + random.nextInt(5);
        int rows = oneOf(random, 1, 10, 1000, MEDIUM, LARGE);
        List<Span> input = spans(random, batches, rows, rows);
        DemandFunction function =
                switch (random.nextInt(5)) {
                    case 0 -> DemandFunction.ignore(end, rows);
                    case 1 -> DemandFunction.stopEarly(end);
                    case 2 -> DemandFunction.raiseAt(end);
                    case 3 -> DemandFunction.rowWiseRaise(input.get(end).first());
                    default -> DemandFunction.alignedRaise(input.get(end).first());
                };
        return with(random, window, input, function);
    }

    private static DemandScenario any(Random random) {
        int batches = random.nextInt(13);
        List<Span> input =
                switch (random.nextInt(6)) {
                    case 0 -> spans(random, batches * 3, 0, 0);
                    case 1 -> spans(random, batches * 3, 0, 10);
                    case 2 -> spans(random, batches * 2, MEDIUM, MEDIUM);
                    case 3 -> spans(random, batches, LARGE, LARGE);
                    case 4 -> spans(random, batches, 0, LARGE);
                    default -> spans(random, Math.min(batches, 3), HUGE, HUGE);
                };
        int few = 1 + random.nextInt(4);
        DemandFunction function =
                switch (random.nextInt(15)) {
                    case 0 -> DemandFunction.expand(random.nextInt(4));
                    case 1 -> DemandFunction.contract(few);
                    case 2 -> DemandFunction.ahead(few);
                    case 3 -> DemandFunction.everything();
                    case 4 -> DemandFunction.ignore(few, MEDIUM);
                    case 5 -> DemandFunction.stopEarly(few);
                    case 6 -> DemandFunction.raiseAt(few);
                    case 7 -> DemandFunction.aligned();
                    case 8 -> DemandFunction.alignedPandas();
                    case 9 -> DemandFunction.alignedAhead(few);
                    case 10 -> DemandFunction.alignedRegroup(few);
                    case 11 -> DemandFunction.alignedEverything();
                    case 12, 13 -> DemandFunction.rowWise();
                    default -> DemandFunction.plain();
                };
        return with(random, window(random), input, function);
    }

    private static DemandScenario with(Random random, Credit window, List<Span> input, DemandFunction function) {
        boolean everything = function.rowAligned() && function.depth() == Integer.MAX_VALUE;
        int rows = input.isEmpty() ? 0 : input.get(0).rows();
        boolean tooFarAhead = everything
                && random.nextBoolean()
                && input.size() >= 3
                && rows >= 1000
                && input.stream().allMatch(span -> span.rows() == rows);
        int errorAfter = !tooFarAhead && random.nextInt(6) == 0 ? random.nextInt(input.size() + 1) : -1;
        Cancel cancel = !tooFarAhead && random.nextInt(4) == 0 ? oneOf(random, Cancel.values()) : Cancel.NEVER;
        Emission emission = oneOf(random, Emission.values());
        // A scalar iterator function is not shown a batch of 0 rows; its result comes with the next that it yields.
        boolean late =
                function.rowAligned() && function.iterates() && input.stream().anyMatch(span -> span.rows() == 0);
        boolean oneForOne = function.depth() == 1
                && !late
                && function.script().apply(input).outputs().size() == input.size();
        return new DemandScenario(
                oneOf(random, SOCKET_BUFFERS.toArray(new Integer[0])),
                window,
                maxHeldBytes(random, input, function, tooFarAhead),
                input,
                errorAfter,
                function,
                oneOf(random, Demand.values()),
                emission == Emission.AFTER_RESULT && !oneForOne ? Emission.ELSEWHERE : emission,
                random.nextBoolean(),
                random.nextInt(3) == 0,
                cancel,
                cancel == Cancel.AT_FRAME ? random.nextInt(12) : random.nextInt(4),
                tooFarAhead);
    }

    private static Credit window(Random random) {
        return new Credit(
                oneOf(random, 1, 1, 2, 3, 4, 8), oneOf(random, 1L, 1000L, 64L << 10, 1L << 20, 4L << 20, ROOMY));
    }

    private static long maxHeldBytes(Random random, List<Span> input, DemandFunction function, boolean tooFarAhead) {
        if (tooFarAhead) {
            return 8L * input.get(0).rows();
        }
        if (function.depth() == Integer.MAX_VALUE || random.nextBoolean()) {
            return 2 * ROOMY;
        }
        // As little as lets the function read as far ahead as it does.
        return (function.depth() - 1) * largest(input) + 1;
    }

    private static List<Span> spans(Random random, int batches, int fewestRows, int mostRows) {
        List<Span> spans = new ArrayList<>();
        long first = random.nextInt(1000);
        for (int i = 0; i < batches; i++) {
            int rows = fewestRows + random.nextInt(mostRows - fewestRows + 1);
            spans.add(new Span(first, rows));
            first += rows;
        }
        return spans;
    }

    @SafeVarargs
    private static <T> T oneOf(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** What upstream gives before it ends. */
    List<Span> emitted() {
        return errorAfter < 0 ? input : input.subList(0, errorAfter);
    }

    /** At least the bytes of a batch of that many rows, in memory or on the wire. */
    static long bytes(int rows) {
        return 8L * rows + rows / 8 + 1024;
    }

    private static long largest(List<Span> spans) {
        return bytes(spans.stream().mapToInt(Span::rows).max().orElse(0));
    }

    /** What the batches of upstream may take up at once: rules D2 and D7. */
    long inputBound() {
        long batch = largest(input);
        return function.rowAligned() ? maxHeldBytes + batch : windowAnd(batch);
    }

    /**
     * What results may take up at once: rule D2, and the one that downstream looks at; if the results of several
     * batches come as one, as many batches again as were sent as one.
     */
    long outputBound() {
        long batch = largest(function.script().apply(input).outputs());
        return (function.rowAligned() ? 2 : 1) * (windowAnd(batch) + batch);
    }

    private long windowAnd(long batch) {
        return Math.min(window.batches() * batch, window.bytes() + batch);
    }

    /** How many batches upstream is sure to be asked for while no result is. */
    int fill() {
        long bytes = 0;
        int count = 0;
        int most = emission == Emission.AFTER_RESULT ? 1 : (int) window.batches();
        for (Span span : emitted()) {
            boolean holds = !function.rowAligned() || bytes < maxHeldBytes;
            if (count == most || bytes >= window.bytes() || !holds) {
                break;
            }
            count++;
            bytes += bytes(span.rows());
        }
        return count;
    }

    @Override
    public String toString() {
        return function + " over " + input.size() + " batches of up to " + largest(input) + " bytes; socket buffer "
                + socketBuffer + ", window " + window.batches() + " batches and " + window.bytes() + " bytes, held "
                + maxHeldBytes + ", demand " + demand + ", emission " + emission + ", upstream fails after "
                + errorAfter
                + ", cancel " + cancel + " " + cancelAt + ", schema told " + schemaTold + ", publishes elsewhere "
                + publishElsewhere + ", too far ahead " + tooFarAhead;
    }
}
