package io.github.reactorudf.benchmarks;

import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Calls into Python with each batch, through C structs that are made once. */
final class JepEvaluator implements Evaluator {

    private final BufferAllocator allocator;
    private final Input input;
    private final ArrowArray given;
    private final ArrowArray result;
    private final VectorSchemaRoot results;
    private final JepInterpreter.Prepared prepared;

    JepEvaluator(JepInterpreter jep, BufferAllocator allocator, Workload workload, Form form, Input input) {
        this.allocator = allocator;
        this.input = input;
        this.given = ArrowArray.allocateNew(allocator);
        this.result = ArrowArray.allocateNew(allocator);
        this.results = VectorSchemaRoot.create(workload.results(), allocator);
        try (ArrowSchema schema = ArrowSchema.allocateNew(allocator)) {
            Data.exportSchema(allocator, input.read().iterator().next().getSchema(), null, schema);
            this.prepared =
                    jep.prepare(workload, form, schema.memoryAddress(), given.memoryAddress(), result.memoryAddress());
        }
    }

    @Override
    public Run stream() {
        Checksum checksum = new Checksum();
        long start = System.nanoTime();
        for (VectorSchemaRoot batch : input.read()) {
            evaluate(batch, checksum);
        }
        return checksum.run(start);
    }

    private void evaluate(VectorSchemaRoot batch, Checksum checksum) {
        Data.exportVectorSchemaRoot(allocator, batch, null, given);
        prepared.evaluate();
        // An import closes the struct that it is given, so it gets one that owns no memory.
        Data.importIntoVectorSchemaRoot(allocator, ArrowArray.wrap(result.memoryAddress()), results, null);
        checksum.add(results.getFieldVectors(), results.getRowCount());
        results.clear();
    }

    /** There is nothing to open: each batch is a call. */
    @Override
    public Calls open() {
        return new Calls() {
            @Override
            public Run call() {
                return stream();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {
        results.close();
        given.close();
        result.close();
    }
}
