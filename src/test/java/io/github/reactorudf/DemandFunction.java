package io.github.reactorudf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A function of {@code demand_functions.py}, and what it does with an input, computed here.
 *
 * @param iterates whether it takes an iterator
 * @param depth how many batches it reads before it gives the first of them back
 */
record DemandFunction(Udf udf, boolean rowAligned, boolean iterates, int depth, Function<List<Span>, Script> script) {

    /** A batch whose column {@code x} counts from {@code first}. */
    record Span(long first, int rows) {

        Span plus(long amount) {
            return new Span(first + amount, rows);
        }

        long sum() {
            return rows * first + (long) rows * (rows - 1) / 2;
        }
    }

    /**
     * What comes of an input.
     *
     * @param outputs the output batches; of a row-aligned function column {@code x} of each, to which {@code y} is 1
     *     more
     * @param reads how many batches it asks for until it returns or raises, the end of the input among them
     * @param raisedAt the index of the batch at which it raises
     */
    record Script(List<Span> outputs, int reads, @Nullable Integer raisedAt) {}

    private static final String MODULE = "demand_functions:";

    static DemandFunction plain() {
        return map("plain", 1, input -> toTheEnd(input, one -> List.of(one.plus(1))));
    }

    static DemandFunction expand(int times) {
        DemandFunction function = map(
                "expand",
                1,
                input -> toTheEnd(
                        input,
                        one -> IntStream.range(0, times).mapToObj(one::plus).toList()));
        return function.with("times", times);
    }

    static DemandFunction contract(int group) {
        return map("contract", group, input -> {
                    List<Span> sums = new ArrayList<>();
                    for (int at = 0; at < input.size(); at += group) {
                        List<Span> members = input.subList(at, Math.min(at + group, input.size()));
                        sums.add(new Span(members.stream().mapToLong(Span::sum).sum(), 1));
                    }
                    return new Script(sums, input.size() + 1, null);
                })
                .with("group", group);
    }

    static DemandFunction ahead(int depth) {
        return map("ahead", depth, input -> toTheEnd(input, List::of)).with("depth", depth);
    }

    static DemandFunction everything() {
        return map("everything", Integer.MAX_VALUE, input -> {
            List<Span> reversed = new ArrayList<>(input);
            Collections.reverse(reversed);
            return new Script(reversed, input.size() + 1, null);
        });
    }

    static DemandFunction ignore(int count, int rows) {
        return map("ignore", 1, input -> new Script(Collections.nCopies(count, new Span(0, rows)), 0, null))
                .with("count", count)
                .with("rows", rows);
    }

    static DemandFunction stopEarly(int after) {
        return map("stop_early", 1, input -> until(after, input, null)).with("after", after);
    }

    static DemandFunction raiseAt(int at) {
        return map("raise_at", 1, input -> until(at, input, at)).with("at", at);
    }

    static DemandFunction aligned() {
        return rowAligned("aligned", false, 1);
    }

    static DemandFunction alignedPandas() {
        return rowAligned("aligned_pandas", false, 1);
    }

    /** Several batches may come as one. */
    static DemandFunction rowWise() {
        return rowAligned("row_wise", false, 1);
    }

    static DemandFunction alignedAhead(int depth) {
        return rowAligned("aligned_ahead", true, depth).with("depth", depth);
    }

    static DemandFunction alignedRegroup(int depth) {
        return rowAligned("aligned_regroup", true, depth).with("depth", depth);
    }

    static DemandFunction alignedEverything() {
        return rowAligned("aligned_everything", true, Integer.MAX_VALUE);
    }

    /** Raises at the first batch that begins with {@code value}. */
    static DemandFunction alignedRaise(long value) {
        return raise("aligned_raise", value);
    }

    /** The same, and several batches may come as one. */
    static DemandFunction rowWiseRaise(long value) {
        return raise("row_wise_raise", value);
    }

    private static DemandFunction raise(String name, long value) {
        Function<List<Span>, Script> script = input -> {
            for (int i = 0; i < input.size(); i++) {
                if (input.get(i).first() == value && input.get(i).rows() > 0) {
                    return until(i, input, i);
                }
            }
            return toTheEnd(input, List::of);
        };
        // The spans are those of column x, which is not changed.
        DemandFunction function = new DemandFunction(
                Udf.of(MODULE + name).on("x").as("y"), true, false, 1, input -> unchanged(script.apply(input), input));
        return function.with("value", value);
    }

    private static Script unchanged(Script script, List<Span> input) {
        return new Script(input.subList(0, script.outputs().size()), script.reads(), script.raisedAt());
    }

    private static DemandFunction map(String name, int depth, Function<List<Span>, Script> script) {
        return new DemandFunction(Udf.map(MODULE + name), false, true, depth, script);
    }

    private static DemandFunction rowAligned(String name, boolean iterates, int depth) {
        return new DemandFunction(
                Udf.of(MODULE + name).on("x").as("y"), true, iterates, depth, input -> toTheEnd(input, List::of));
    }

    private DemandFunction with(String name, Object value) {
        return new DemandFunction(udf.with(name, value), rowAligned, iterates, depth, script);
    }

    private static Script toTheEnd(List<Span> input, Function<Span, List<Span>> each) {
        return new Script(
                input.stream().flatMap(one -> each.apply(one).stream()).toList(), input.size() + 1, null);
    }

    /** One out for each in, until batch {@code end} is read. */
    private static Script until(int end, List<Span> input, @Nullable Integer raisedAt) {
        if (end >= input.size()) {
            return toTheEnd(input, one -> List.of(one.plus(1)));
        }
        return new Script(input.subList(0, end).stream().map(one -> one.plus(1)).toList(), end + 1, raisedAt);
    }

    @Override
    public String toString() {
        return udf.toString();
    }
}
