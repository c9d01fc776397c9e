/** The wire: one immutable type per frame, and the codec. {@code docs/protocol.md} numbers the rules. Internal. */
@NullMarked
package io.github.reactorudf.protocol;

import org.jspecify.annotations.NullMarked;
