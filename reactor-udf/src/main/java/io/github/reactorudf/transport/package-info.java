/** Connections to workers, by Reactor Netty. Internal. */
@NullMarked
package io.github.reactorudf.transport;

import org.jspecify.annotations.NullMarked;
