/**
 * Evaluates Python functions over Arrow record batches as a {@code Flux<RecordBatch> -> Flux<RecordBatch>} transform.
 */
@NullMarked
package io.github.reactorudf;

import org.jspecify.annotations.NullMarked;
