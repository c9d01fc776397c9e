/** The library and its peers, measured side by side in one run. */
@NullMarked
package io.github.reactorudf.benchmarks;

import org.jspecify.annotations.NullMarked;
