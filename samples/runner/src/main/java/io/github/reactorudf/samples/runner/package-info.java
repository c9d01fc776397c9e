/** A command line that runs a Python function over a Parquet, Arrow or CSV file: try a UDF without writing Java. */
@NullMarked
package io.github.reactorudf.samples.runner;

import org.jspecify.annotations.NullMarked;
