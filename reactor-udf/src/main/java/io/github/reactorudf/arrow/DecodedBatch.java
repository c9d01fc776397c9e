package io.github.reactorudf.arrow;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch as it was decoded and validated.
 *
 * <p><b>Ownership:</b> the holder owns the columns and one count of each dictionary.
 *
 * @param schema in memory format
 * @param rowCount the length of each column
 * @param columns one for each field
 * @param dictionaries all of the stream's, by id
 */
public record DecodedBatch(
        Schema schema, int rowCount, List<FieldVector> columns, Map<Long, SharedDictionary> dictionaries)
        implements AutoCloseable {
    /** Closes the columns and gives up the dictionaries; not idempotent. */
    @Override
    public void close() {
        columns.forEach(FieldVector::close);
        dictionaries.values().forEach(SharedVector::release);
    }
}
