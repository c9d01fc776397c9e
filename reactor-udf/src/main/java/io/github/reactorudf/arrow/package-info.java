/**
 * Arrow memory and Arrow IPC without a JVM flag. Internal: may change in any release.
 *
 * <p>{@code ArrowBuf.nioBuffer()} needs {@code --add-opens}, and with it all body input and output of Arrow's own
 * readers and writers. So memory comes from Netty, bodies are written as slices of it and read by copies into it, and
 * only Arrow's metadata functions, which work on heap buffers, are used.
 */
@NullMarked
package io.github.reactorudf.arrow;

import org.jspecify.annotations.NullMarked;
