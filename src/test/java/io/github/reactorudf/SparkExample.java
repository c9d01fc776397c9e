package io.github.reactorudf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * An example of PySpark's documentation, as {@code spark/examples.json} lists it.
 *
 * @param name the function, and after a space what tells it from others with the same
 * @param listed how it is evaluated, by the names of {@link Udf}'s methods
 */
record SparkExample(String name, JsonNode listed) {

    /** Where the functions are. */
    static final Path MODULES = PythonTest.MODULES.resolve("spark");

    private static final String LEFT_OUT = "left out";
    private static final long COLLECTED = 1 << 20;

    /** All but those that are left out. */
    static List<SparkExample> all() throws IOException {
        List<SparkExample> all = new ArrayList<>();
        new ObjectMapper()
                .readTree(MODULES.resolve("examples.json").toFile())
                .properties()
                .forEach(kind -> {
                    if (!kind.getKey().equals(LEFT_OUT)) {
                        kind.getValue()
                                .forEach(listed -> all.add(
                                        new SparkExample(listed.path("example").asText(), listed)));
                    }
                });
        return all;
    }

    /** Whether PySpark says in what order the rows of the result are. */
    boolean isOrdered() {
        return !listed.has("groupBy");
    }

    Udf udf() {
        String function = name.split(" ", 2)[0];
        Udf udf = listed.has("rows") ? Udf.windowAggregate(function, rows()) : Udf.of(function);
        if (listed.has("on")) {
            udf = udf.on(strings("on"));
        }
        if (listed.has("groupBy")) {
            udf = udf.groupBy(strings("groupBy"));
        }
        if (listed.has("collect")) {
            udf = udf.collect(COLLECTED);
        }
        return listed.has("lateral") ? udf.lateral() : udf;
    }

    private RowFrame rows() {
        JsonNode rows = listed.path("rows");
        return rows.isEmpty()
                ? RowFrame.unbounded()
                : RowFrame.sliding(rows.get(0).asLong(), rows.get(1).asLong());
    }

    private String[] strings(String member) {
        return StreamSupport.stream(listed.path(member).spliterator(), false)
                .map(JsonNode::asText)
                .toArray(String[]::new);
    }
}
