package io.github.reactorudf.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;

/** Vectors made from buffers that exist already. */
public final class Vectors {
    private Vectors() {}

    /**
     * A vector over the same buffers: nothing is copied, and the two are closed independently.
     *
     * @param field the new vector's; of the same type
     */
    // Not closed: the root only lends the vector to the unloader.
    @SuppressWarnings("resource")
    public static FieldVector view(FieldVector vector, Field field) {
        if (vector instanceof NullVector) {
            return new NullVector(field, vector.getValueCount());
        }
        VectorSchemaRoot lent =
                new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), vector.getValueCount());
        try (ArrowRecordBatch buffers = new VectorUnloader(lent).getRecordBatch()) {
            return load(List.of(field), buffers, vector.getAllocator()).get(0);
        }
    }

    /** Vectors over the buffers of {@code batch}, which stays the caller's. */
    static List<FieldVector> load(List<Field> fields, ArrowRecordBatch batch, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>(fields.size());
        try {
            for (Field field : fields) {
                vectors.add(field.createVector(allocator));
            }
            // Not closed when all went well: the vectors are the caller's then.
            @SuppressWarnings("resource")
            VectorSchemaRoot root = new LoadedColumns(fields, vectors);
            new VectorLoader(root).load(batch);
            return vectors;
        } catch (Throwable e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
    }

    /**
     * What a loader loads into. Each vector has its length from its own node; Arrow's root sets the lengths again, from
     * the rows of the batch down to all children, and may reallocate what was just loaded.
     */
    private static final class LoadedColumns extends VectorSchemaRoot {
        LoadedColumns(List<Field> fields, List<FieldVector> vectors) {
            super(fields, vectors, 0);
        }

        @Override
        public void setRowCount(int rowCount) {}
    }
}
