package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.PrepareFrame;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A description of a Python function to evaluate: where its code is, what it reads, its constants, its result.
 * Immutable: each method returns a new description. Creating one reaches no file and no process; what is wrong with it
 * is reported when an evaluation is prepared, before data moves.
 *
 * <p>The function says its kind by its type hints and its result by {@code @udf(returns=…)}; what is stated here as
 * well must agree.
 *
 * <pre>{@code
 * Udf risk = Udf.scalar("flights:risk").on("dep_delay", "distance").with("threshold", 0.8).as("risk");
 * }</pre>
 */
public final class Udf {

    private final String function;
    private final @Nullable String kind;
    private final @Nullable List<String> on;
    private final Map<String, @Nullable Object> constants;
    private final @Nullable String name;
    private final @Nullable Object returns;

    private Udf(
            String function,
            @Nullable String kind,
            @Nullable List<String> on,
            Map<String, @Nullable Object> constants,
            @Nullable String name,
            @Nullable Object returns) {
        this.function = function;
        this.kind = kind;
        this.on = on;
        this.constants = constants;
        this.name = name;
        this.returns = returns;
    }

    /**
     * A function whose kind its type hints say.
     *
     * @param function {@code "module:function"}, the module on the runtime's {@linkplain PythonRuntime.Builder#modules
     *     module path}; or {@code "path/to/file.py:function"}, relative to the JVM's working directory
     */
    public static Udf of(String function) {
        return of(function, null);
    }

    /**
     * A function of columns to a column, called once per batch: {@code pd.Series… -> pd.Series}, {@code pa.Array… ->
     * pa.Array}.
     */
    public static Udf scalar(String function) {
        return of(function, "scalar");
    }

    /**
     * A function of an iterator of columns to an iterator of columns, called once per evaluation, so that it can set up
     * before its loop: {@code Iterator[pd.Series] -> Iterator[pd.Series]}, or of tuples of them, or of
     * {@code pa.Array}.
     */
    public static Udf scalarIterator(String function) {
        return of(function, "scalar_iterator");
    }

    /**
     * A function of an iterator of batches to an iterator of batches of any length: {@code Iterator[pa.RecordBatch] ->
     * Iterator[pa.RecordBatch]}, or of {@code pd.DataFrame}.
     */
    public static Udf map(String function) {
        return of(function, "map");
    }

    private static Udf of(String function, @Nullable String kind) {
        int colon = function.lastIndexOf(':');
        if (colon <= 0 || colon == function.length() - 1) {
            throw new IllegalArgumentException("\"" + function
                    + "\" names no function; write \"module:function\" or \"path/to/file.py:function\"");
        }
        return new Udf(function, kind, null, Map.of(), null, null);
    }

    /**
     * The columns the function reads, in the order of its arguments. Default: those named like the parameters of a
     * scalar function; the only column, for an iterator function; all columns, for a map.
     */
    public Udf on(String... columns) {
        return new Udf(function, kind, List.of(columns), constants, name, returns);
    }

    /**
     * A constant, given to the function as the keyword argument of that name.
     *
     * @param value a string, number, boolean, null, or a list or map (with string keys) of these
     */
    public Udf with(String name, @Nullable Object value) {
        requireJson(name, value);
        Map<String, @Nullable Object> more = new LinkedHashMap<>(constants);
        more.put(Objects.requireNonNull(name), value);
        return new Udf(function, kind, on, Collections.unmodifiableMap(more), this.name, returns);
    }

    /** The name of the result column of a scalar function. Default: the function's name. */
    public Udf as(String name) {
        return new Udf(function, kind, on, constants, Objects.requireNonNull(name), returns);
    }

    /**
     * The type of the result, in pyarrow's spelling.
     *
     * @param type for a scalar function {@code "float64"}, {@code "timestamp[us]"}; for a map the columns,
     *     {@code "carrier: string, delay: float64"}
     */
    public Udf returns(String type) {
        return new Udf(function, kind, on, constants, name, Objects.requireNonNull(type));
    }

    /** The type of the result column of a scalar function. */
    public Udf returns(ArrowType type) {
        return returns(new Schema(List.of(Field.nullable("result", type))));
    }

    /** The columns that a map gives; or, with one field, the result column of a scalar function. */
    public Udf returns(Schema schema) {
        String message = Base64.getEncoder().encodeToString(IpcSchema.write(schema));
        return new Udf(function, kind, on, constants, name, new PrepareFrame.SchemaReturns(message));
    }

    PrepareFrame.Stage stage() {
        return new PrepareFrame.Stage(absolute(function), kind, on, constants, name, returns);
    }

    private static String absolute(String function) {
        int colon = function.lastIndexOf(':');
        String code = function.substring(0, colon);
        if (!code.endsWith(".py")) {
            return function;
        }
        return Path.of(code).toAbsolutePath().normalize() + function.substring(colon);
    }

    private static void requireJson(String name, @Nullable Object value) {
        if (value instanceof List<?> list) {
            list.forEach(element -> requireJson(name, element));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> {
                if (!(key instanceof String)) {
                    throw new IllegalArgumentException("constant \"" + name + "\": a map's keys must be strings");
                }
                requireJson(name, element);
            });
        } else if (value != null && !isJsonScalar(value)) {
            throw new IllegalArgumentException(
                    "constant \"" + name + "\": a " + value.getClass().getName()
                            + " cannot be given to Python; use a string, number, boolean, null, list or map");
        }
    }

    private static boolean isJsonScalar(Object value) {
        return value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Double
                || value instanceof Float
                || value instanceof BigInteger
                || value instanceof BigDecimal;
    }

    @Override
    public String toString() {
        return "Udf[" + function + (name == null ? "" : " as " + name) + "]";
    }
}
