package io.github.reactorudf;

import io.github.reactorudf.arrow.DecodedBatch;
import io.github.reactorudf.arrow.RowCopies;
import io.github.reactorudf.arrow.RowSlices;
import io.github.reactorudf.arrow.SharedDictionary;
import io.github.reactorudf.arrow.SharedVector;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A record batch of Arrow columns, off the Java heap.
 *
 * <p><b>Ownership:</b> a batch has one owner, who closes it; handing it to an operator or a method that says so gives
 * it away. {@link #share()} and {@link #select} make further batches over the same columns, each of which is closed by
 * its own owner; the memory is given back with the last. {@link RecordBatches#closing} uses a batch and closes it.
 *
 * <p><b>Threads:</b> a batch may be handed from thread to thread and closed on any; {@link #close()} is idempotent.
 * Columns are to be read only, since other batches may show them too. After {@code close()} every method but
 * {@code close()} and {@link #toString()} throws {@link IllegalStateException}.
 */
public final class RecordBatch implements AutoCloseable {
    static final ResourceLeakDetector<RecordBatch> LEAKS =
            ResourceLeakDetectorFactory.instance().newResourceLeakDetector(RecordBatch.class);

    private final Schema schema;
    private final int rowCount;
    private final List<SharedVector> columns;
    private final BatchDictionaries dictionaries;
    private final @Nullable ResourceLeakTracker<RecordBatch> leak;
    private boolean closed;

    /** Takes over the counts of the columns and dictionaries. */
    // Sampled by Netty's leak detection; its tracker is null for the batches that are not.
    @SuppressWarnings("NullAway")
    RecordBatch(Schema schema, int rowCount, List<SharedVector> columns, BatchDictionaries dictionaries) {
        this.schema = schema;
        this.rowCount = rowCount;
        this.columns = columns;
        this.dictionaries = dictionaries;
        this.leak = LEAKS.track(this);
    }

    /** Takes ownership of the columns and of the dictionaries' vectors, also when it throws. */
    static RecordBatch of(Schema schema, List<FieldVector> columns, int rowCount, Map<Long, Dictionary> dictionaries) {
        Map<Long, SharedDictionary> shared = new HashMap<>();
        dictionaries.forEach((id, dictionary) -> shared.put(id, new SharedDictionary(dictionary)));
        return of(new DecodedBatch(schema, rowCount, columns, shared));
    }

    /** Takes ownership of {@code batch}, also when it throws. */
    static RecordBatch of(DecodedBatch batch) {
        try {
            check(batch.schema().getFields(), batch.columns(), batch.rowCount());
            BatchDictionaries dictionaries =
                    new BatchDictionaries(batch.schema().getFields(), batch.dictionaries());
            List<SharedVector> columns =
                    batch.columns().stream().map(SharedVector::new).toList();
            return new RecordBatch(batch.schema(), batch.rowCount(), columns, dictionaries);
        } catch (Throwable e) {
            batch.close();
            throw e;
        }
    }

    private static void check(List<Field> fields, List<FieldVector> columns, int rowCount) {
        if (fields.size() != columns.size()) {
            throw new IllegalArgumentException(
                    columns.size() + " columns for a schema of " + fields.size() + " fields");
        }
        for (int i = 0; i < columns.size(); i++) {
            int length = columns.get(i).getValueCount();
            if (length != rowCount) {
                throw new IllegalArgumentException(
                        "Column " + fields.get(i).getName() + " has " + length + " rows in a batch of " + rowCount);
            }
        }
    }

    /**
     * The schema of the columns. A dictionary-encoded field has the type of its indexes, as everywhere in Arrow Java.
     */
    public Schema schema() {
        checkOpen();
        return schema;
    }

    /** The number of rows, of each column. */
    public int rowCount() {
        checkOpen();
        return rowCount;
    }

    /**
     * The column of that name: lent, to be read until this batch is closed.
     *
     * @throws IllegalArgumentException if there is none, or more than one
     */
    public FieldVector column(String name) {
        return column(index(name));
    }

    /**
     * The column at that position: lent, to be read until this batch is closed.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public FieldVector column(int index) {
        checkOpen();
        return columns.get(index).vector();
    }

    /** The columns in order: lent, to be read until this batch is closed. */
    public List<FieldVector> columns() {
        checkOpen();
        return columns.stream().map(SharedVector::vector).toList();
    }

    /** The dictionaries of the dictionary-encoded columns: lent, to be read until this batch is closed. */
    public DictionaryProvider dictionaries() {
        return ownDictionaries();
    }

    BatchDictionaries ownDictionaries() {
        checkOpen();
        return dictionaries;
    }

    /**
     * A batch of some of the columns, in the order given, sharing them: this batch stays open, and both are to be
     * closed.
     *
     * @throws IllegalArgumentException if a column does not exist
     */
    public RecordBatch select(String... names) {
        return select(IntStream.range(0, names.length).map(i -> index(names[i])).toArray());
    }

    /** As {@link #select(String...)}, by position. */
    synchronized RecordBatch select(int[] indexes) {
        checkOpen();
        List<Field> fields =
                IntStream.of(indexes).mapToObj(schema.getFields()::get).toList();
        List<SharedVector> selected =
                IntStream.of(indexes).mapToObj(columns::get).toList();
        selected.forEach(SharedVector::retain);
        return new RecordBatch(
                new Schema(fields, schema.getCustomMetadata()), rowCount, selected, dictionaries.retainedFor(fields));
    }

    /** Adds an owner: a batch over the same columns, closed on its own. */
    public synchronized RecordBatch share() {
        checkOpen();
        columns.forEach(SharedVector::retain);
        return new RecordBatch(schema, rowCount, columns, dictionaries.retainedFor(schema.getFields()));
    }

    /**
     * A batch of the columns of both, sharing them; where dictionary ids collide, those of {@code right} are
     * renumbered, alike for all batches of the same two schemas. Both stay open. The metadata of the schema is this
     * one's.
     *
     * @throws IllegalArgumentException if the row counts differ
     */
    RecordBatch join(RecordBatch right) {
        // Shared meanwhile, so that a close() elsewhere takes nothing away under the join's hands.
        try (RecordBatch left = share();
                RecordBatch shared = right.share()) {
            return Join.of(left, shared);
        }
    }

    /**
     * A batch of copies of some of the rows, in the order given; dictionaries are shared. This batch stays open.
     *
     * @see RowCopies#of
     */
    RecordBatch copyOf(int[] rows) {
        return ofColumns(rows.length, (column, field) -> RowCopies.of(column, field, rows));
    }

    /**
     * A batch of successive rows, which shares values and dictionaries where it can. This batch stays open.
     *
     * @see RowSlices#of
     */
    RecordBatch slice(int start, int rows) {
        return ofColumns(rows, (column, field) -> RowSlices.of(column, field, start, rows));
    }

    private RecordBatch ofColumns(int rows, BiFunction<FieldVector, Field, FieldVector> made) {
        List<SharedVector> vectors = new ArrayList<>(columns.size());
        try (RecordBatch shared = share()) {
            for (int i = 0; i < shared.columns.size(); i++) {
                Field field = schema.getFields().get(i);
                vectors.add(new SharedVector(made.apply(shared.columns.get(i).vector(), field)));
            }
            return new RecordBatch(
                    schema, rows, List.copyOf(vectors), shared.dictionaries.retainedFor(schema.getFields()));
        } catch (Throwable e) {
            vectors.forEach(SharedVector::release);
            throw e;
        }
    }

    /** What {@link Join} puts together; the counts stay this batch's. */
    List<SharedVector> shared() {
        return columns;
    }

    /** The bytes of the columns' values, without those of dictionaries. */
    public long sizeInBytes() {
        checkOpen();
        return columns.stream()
                .mapToLong(column -> column.vector().getBufferSize())
                .sum();
    }

    private int index(String name) {
        checkOpen();
        List<Field> fields = schema.getFields();
        int[] found = IntStream.range(0, fields.size())
                .filter(i -> name.equals(fields.get(i).getName()))
                .toArray();
        if (found.length != 1) {
            throw new IllegalArgumentException((found.length == 0 ? "No column " : "More than one column ") + name
                    + "; the batch has " + fields.stream().map(Field::getName).toList());
        }
        return found[0];
    }

    private synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "The batch is closed. Whoever gives a batch away, or closes it, may not use it"
                            + " again; share() it before.");
        }
    }

    /** Gives up the columns; idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        columns.forEach(SharedVector::release);
        dictionaries.release();
        if (leak != null) {
            leak.close(this);
        }
    }

    /** Says the shape, not the values. */
    @Override
    public synchronized String toString() {
        return "RecordBatch[" + columns.size() + " columns, " + rowCount + " rows" + (closed ? ", closed]" : "]");
    }
}
