package io.github.reactorudf.benchmarks;

import io.github.reactorudf.RecordBatch;
import io.github.reactorudf.RecordBatches;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.Field;
import reactor.core.publisher.Flux;

/** The batches of a scenario, made once and lent to all contenders. */
final class Input implements AutoCloseable {

    private final List<RecordBatch> batches = new ArrayList<>();
    private final List<VectorSchemaRoot> read = new ArrayList<>();
    private final int passes;

    Input(Scenario scenario, BufferAllocator allocator) {
        Workload workload = scenario.workload();
        this.passes = scenario.passes();
        for (int from = 0; from < scenario.rows(); from += scenario.batchRows()) {
            RecordBatch batch =
                    batch(workload, from, Math.min(scenario.batchRows(), scenario.rows() - from), allocator);
            batches.add(batch);
            read.add(RecordBatches.toVectorSchemaRoot(
                    batch.select(workload.reads().toArray(String[]::new))));
        }
    }

    private static RecordBatch batch(Workload workload, int from, int rows, BufferAllocator allocator) {
        List<FieldVector> columns = new ArrayList<>();
        for (int i = 0; i < workload.columns().size(); i++) {
            String name = workload.columns().get(i);
            columns.add(
                    workload.isText() ? text(name, from, rows, allocator) : numbers(name, from, i, rows, allocator));
        }
        try (VectorSchemaRoot root = new VectorSchemaRoot(columns)) {
            root.setRowCount(rows);
            return RecordBatches.from(root);
        }
    }

    private static FieldVector numbers(String name, int from, int column, int rows, BufferAllocator allocator) {
        BigIntVector vector = new BigIntVector(Field.notNullable(name, MinorType.BIGINT.getType()), allocator);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
            vector.set(i, (long) from + i + column);
        }
        vector.setValueCount(rows);
        return vector;
    }

    private static FieldVector text(String name, int from, int rows, BufferAllocator allocator) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
            if ((from + i) % 10 != 0) {
                vector.setSafe(i, Workload.text(from + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(rows);
        return vector;
    }

    /** All batches, as often as the scenario says: lent. */
    Iterable<RecordBatch> batches() {
        return passes == 1 ? batches : () -> repeated(batches);
    }

    /** The same as a source, which gives them away. For one subscriber. */
    Flux<RecordBatch> shared() {
        return passes == 1 && batches.size() == 1
                ? Flux.just(batches.get(0).share())
                : Flux.fromIterable(batches()).map(RecordBatch::share);
    }

    /** The columns that the functions read, of all batches: lent. */
    Iterable<VectorSchemaRoot> read() {
        return passes == 1 ? read : () -> repeated(read);
    }

    private <T> Iterator<T> repeated(List<T> list) {
        return Collections.nCopies(passes, list).stream().flatMap(List::stream).iterator();
    }

    @Override
    public void close() {
        read.forEach(VectorSchemaRoot::close);
        batches.forEach(RecordBatch::close);
    }
}
