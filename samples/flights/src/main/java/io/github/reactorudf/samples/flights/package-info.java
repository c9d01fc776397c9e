/** Every flight out of New York in 2013 through two chained Python functions, to the carriers with the most delay. */
@NullMarked
package io.github.reactorudf.samples.flights;

import org.jspecify.annotations.NullMarked;
