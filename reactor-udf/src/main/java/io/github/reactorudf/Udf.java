package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.PrepareFrame;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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
    private final PrepareFrame.Stage stage;
    private final boolean idempotent;

    private Udf(String function, UdfDraft draft) {
        this.function = function;
        this.stage = draft.stage();
        this.idempotent = draft.idempotent;
    }

    /**
     * A function whose kind its type hints say.
     *
     * <p>{@code function} is one of
     *
     * <ul>
     *   <li>{@code "module:function"}, the module on the runtime's {@linkplain PythonRuntime.Builder#modules module
     *       path}; or, with {@link #source}, whatever it is to be called;
     *   <li>{@code "path/to/file.py:function"}, relative to the JVM's working directory;
     *   <li>{@code "classpath:path/to/file.py:function"}, a resource of the class path. It is read when an evaluation
     *       is subscribed to, by the context class loader of the subscribing thread, or else by this library's; a
     *       resource that is not there is a {@link UdfException}. It is one module by itself: it can import what is on
     *       the worker's path, but nothing from the class path.
     * </ul>
     *
     * <p>The function may be any callable: a function, an object with {@code __call__}, a {@code functools.partial}; a
     * class, of which each worker makes one instance for each prepared UDF, before data moves; or a member of an object
     * or class, {@code "module:model.score"}.
     *
     * @throws IllegalArgumentException if it is none of these forms
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

    /**
     * A function called with the values of each row: Python's own, or {@code pa.Scalar} if it is hinted so. A row's
     * result depends on that row alone. One without type hints is one of these if it is decorated. It may be an
     * {@code async def}: several rows are awaited at once then, see {@link #concurrency}.
     */
    public static Udf rows(String function) {
        return of(function, "rows");
    }

    /**
     * A function of a group to the rows that replace it: {@code pd.DataFrame -> pd.DataFrame}, {@code pa.Table ->
     * pa.Table}, or with iterators of {@code pd.DataFrame} or {@code pa.RecordBatch}, which are read as the group
     * arrives; the group's key may come first. Needs {@link #groupBy}.
     */
    public static Udf groupedMap(String function) {
        return of(function, "grouped_map");
    }

    /**
     * A function of columns to one value: {@code pd.Series… -> scalar}, {@code pa.Array… -> scalar}, or of an iterator
     * of these. Gives a row for each group, with its key; without {@link #groupBy} the whole stream is one group.
     * Several in one {@code evaluate}, with the same groups, are evaluated at once and give a column each.
     */
    public static Udf groupedAggregate(String function) {
        return of(function, "grouped_aggregate");
    }

    /**
     * A function of columns to one value, for each row over the rows around it in its group; adds a column. Rows are in
     * the order in which they arrive; without {@link #groupBy} the whole stream is one group.
     */
    public static Udf windowAggregate(String function, RowFrame rows) {
        return of(function, "window_aggregate").changed(draft -> draft.rows = rows.between());
    }

    /**
     * A table function: a class with {@code eval}, which is called with the values of each row and yields any number of
     * rows, as tuples; what its {@code terminate}, if there is one, yields comes at the end, or with {@link #groupBy}
     * at the end of each group. An {@code eval} that is hinted with {@code pa.Array} or {@code pa.RecordBatch} is
     * called with each batch and yields {@code pa.Table}s.
     *
     * <p>Each evaluation makes an instance of the class, and with {@link #groupBy} each group: {@code __init__} gets
     * the constants, and what is costly there is paid as often. The output's columns replace those of the input unless
     * it is {@link #lateral}. An output batch has rows of one input batch, and about 10,000 or a mebibyte at most; the
     * function is asked for no more than downstream is.
     */
    public static Udf table(String function) {
        return of(function, "table");
    }

    /**
     * An {@code async def} of columns to a column, called once per batch: {@code pd.Series… -> pd.Series},
     * {@code pa.Array… -> pa.Array}. Several batches are awaited at once, see {@link #concurrency}; results keep the
     * order of the batches. A call that raises fails the evaluation and cancels the others, as its end does.
     *
     * <p>An {@code async def} that is called with the values of each row is one of {@link #rows}.
     */
    public static Udf scalarAsync(String function) {
        return of(function, "scalar_async");
    }

    /**
     * A function of the rows that two inputs have of a key to the rows that replace both: {@code (pd.DataFrame,
     * pd.DataFrame) -> pd.DataFrame}, {@code (pa.Table, pa.Table) -> pa.Table}; the key may come first. Called once for
     * each key of either input, with no rows of one that lacks it, and all columns of both. Needs {@link #groupBy}, and
     * {@link BatchTransform#right(reactor.core.publisher.Flux)} for the second input. It comes first in its evaluation.
     *
     * <p>Both inputs have to be sorted ascending by the key: NaNs behind all numbers, then nulls, and text by code
     * points. Memory is then bounded by a group of each. A key out of order is a {@link UdfException}; {@link #collect}
     * sorts both in the worker.
     */
    public static Udf cogroupedMap(String function) {
        return of(function, "cogrouped_map");
    }

    private static Udf of(String function, @Nullable String kind) {
        int colon = function.lastIndexOf(':');
        int start = function.startsWith(ResourceCode.PREFIX) ? ResourceCode.PREFIX.length() : 0;
        if (colon <= start || colon == function.length() - 1) {
            throw new IllegalArgumentException("\"" + function
                    + "\" names no function; write \"module:function\", \"path/to/file.py:function\" or"
                    + " \"classpath:path/to/file.py:function\"");
        }
        UdfDraft draft = new UdfDraft(absolute(function));
        draft.kind = kind;
        return new Udf(function, draft);
    }

    private Udf changed(Consumer<UdfDraft> change) {
        UdfDraft draft = new UdfDraft(stage, idempotent);
        change.accept(draft);
        return new Udf(function, draft);
    }

    /**
     * The code itself: the text of the module that {@code function} is in, which then is only a name for it. A worker
     * executes a text once, for all UDFs that have it; tracebacks show its lines.
     *
     * <pre>{@code
     * Udf.scalar("scores:double").source("""
     *         import pyarrow as pa, pyarrow.compute as pc
     *
     *         def double(x: pa.Array) -> pa.Array:
     *             return pc.multiply(x, 2)
     *         """).returns("int64")
     * }</pre>
     *
     * @param text together with constants and result types at most 16 MiB, or the evaluation fails with a
     *     {@link UdfException}
     * @throws IllegalArgumentException if the function is one of the class path
     */
    public Udf source(String text) {
        if (isResource()) {
            throw new IllegalArgumentException(
                    function + " is read from the class path: name it \"module:function\", or leave source(...) out");
        }
        return withText(Objects.requireNonNull(text));
    }

    /**
     * The columns the function reads, in the order of its arguments. Default: those named like the parameters of a
     * function of columns, which may do without one that has a default; the only column, for an iterator of columns;
     * all columns, for a function of batches.
     */
    public Udf on(String... columns) {
        return changed(draft -> draft.on = List.of(columns));
    }

    /**
     * A constant, given to the function as the keyword argument of that name; to a class, as one of {@code __init__}.
     *
     * @param value a string, number, boolean, null, or a list or map (with string keys) of these
     */
    public Udf with(String name, @Nullable Object value) {
        requireJson(name, value);
        return changed(draft -> draft.constants.put(Objects.requireNonNull(name), value));
    }

    /**
     * The name of the result column of a function that gives one; for another it is an error. Default: the function's
     * name.
     */
    public Udf as(String name) {
        return changed(draft -> draft.name = Objects.requireNonNull(name));
    }

    /**
     * The columns whose values tell groups apart. A group is a run of rows with equal keys: the stream has to bring the
     * rows of a group together, as one that is sorted does, and memory is bounded by a group then (by a window of it,
     * for functions of iterators). A key that comes back later is a {@link UdfException}. Nulls are equal to each
     * other, and so are NaNs.
     */
    public Udf groupBy(String... columns) {
        return changed(draft -> draft.groupBy = List.of(columns));
    }

    /**
     * The columns of the second input whose values tell its groups apart, in the order of those of {@link #groupBy} and
     * of the same types. Default: those of the same names.
     */
    public Udf groupRightBy(String... columns) {
        return changed(draft -> draft.groupRightBy = List.of(columns));
    }

    /**
     * Lets the rows of a group arrive in any order: the worker collects the whole stream before it calls the function
     * with the first group. Groups come in the order of their first rows; of two inputs, in the order of the keys.
     *
     * @param maxBytes how much may be collected, of each input; a stream that has more fails with a
     *     {@link UdfException}
     */
    public Udf collect(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("collect takes at most " + maxBytes + " bytes; it must be at least 1");
        }
        return changed(draft -> draft.collect = maxBytes);
    }

    /**
     * Leaves the columns of the input row beside the rows that a {@linkplain #table table function} yields for it,
     * before them. What {@code terminate} yields is beside the last row that came, and if none did it is left out.
     * Functions of batches, whose results are of no single row, can't be lateral.
     */
    public Udf lateral() {
        return changed(draft -> draft.lateral = true);
    }

    /**
     * How many calls of an asynchronous function are awaited at once, of a function of columns that is so many batches.
     * No more batches than that are taken before the first of them is given back; they count towards
     * {@link BatchTransform#maxHeldBytes}. Default: 8.
     */
    public Udf concurrency(int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("concurrency(" + calls + "): it must be at least 1");
        }
        return changed(draft -> draft.concurrency = calls);
    }

    /**
     * The type of the result, in pyarrow's spelling.
     *
     * @param type for a function that gives a column {@code "float64"}, {@code "timestamp[us]"}; for one that gives
     *     batches the columns, {@code "carrier: string, delay: float64"}
     */
    public Udf returns(String type) {
        return changed(draft -> draft.returns = Objects.requireNonNull(type));
    }

    /** The type of the result of a function that gives one column. */
    public Udf returns(ArrowType type) {
        return returns(new Schema(List.of(Field.nullable("result", type))));
    }

    /** The columns that a function gives; or, with one field, the result column of one that gives one. */
    public Udf returns(Schema schema) {
        String message = Base64.getEncoder().encodeToString(IpcSchema.write(schema));
        return changed(draft -> draft.returns = new PrepareFrame.SchemaReturns(message));
    }

    /**
     * Declares that calling the function again on the same batches gives the same result and does no harm, and that an
     * iterator function may start anew with any batch. Needed for {@link BatchTransform#replayOnWorkerLoss}.
     */
    public Udf idempotent() {
        return changed(draft -> draft.idempotent = true);
    }

    /** The same, given to an {@code evaluate} together with the one before it. */
    Udf beside() {
        return changed(draft -> draft.beside = true);
    }

    Udf withText(String text) {
        return changed(draft -> draft.source = text);
    }

    /** Whether its code is on the class path, and is to be read. */
    boolean isResource() {
        return function.startsWith(ResourceCode.PREFIX);
    }

    boolean isIdempotent() {
        return idempotent;
    }

    /** As it was given, for messages. */
    String function() {
        return function;
    }

    PrepareFrame.Stage stage() {
        return stage;
    }

    private static String absolute(String function) {
        int colon = function.lastIndexOf(':');
        String code = function.substring(0, colon);
        if (!code.endsWith(".py") || code.startsWith(ResourceCode.PREFIX)) {
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
        return "Udf[" + function + (stage.name() == null ? "" : " as " + stage.name()) + "]";
    }
}
