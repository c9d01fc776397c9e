package io.github.reactorudf.samples.runner;

import io.github.reactorudf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** An input file: its schema, and its rows in their order. */
interface Source {

    /** The schema of every batch, in which a category has its values' type. */
    Schema schema();

    /** The schema as the file's writer declared it, which may say more than {@link #schema()}. */
    Schema declared();

    /** How many rows there are, or −1 if only reading tells. */
    long rows();

    /** A cold stream of the rows. Each subscription opens the file and closes it at its end. */
    Flux<RecordBatch> batches();
}
