package io.github.reactorudf;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What is known of the schemas, in message format, of an evaluation's inputs, of which there are one or two. Confined
 * to the event loop.
 */
final class InputSchemas {

    private final int inputs;
    private final SortedMap<Integer, Schema> known = new TreeMap<>();
    private final Set<Integer> untold = new HashSet<>();

    InputSchemas(int inputs) {
        this.inputs = inputs;
    }

    /** The schema of an input is known; what is said first counts. */
    void know(int input, Schema schema) {
        known.putIfAbsent(input, schema);
    }

    /** An input ended without a batch that would tell its schema. */
    void stayUnknown(int input) {
        untold.add(input);
    }

    /** The schemas of all inputs, or of those for which they are known by now. */
    List<Schema> known() {
        return List.copyOf(known.values());
    }

    boolean allKnown() {
        return known.size() == inputs;
    }

    boolean allStayUnknown() {
        return untold.size() == inputs;
    }

    /** Whether one stays unknown, while another is known. */
    boolean oneStaysUnknown() {
        return !untold.isEmpty() && !known.isEmpty();
    }

    /** Whether that is the first input, or the left one of two. */
    boolean firstStaysUnknown() {
        return untold.contains(0);
    }
}
