package io.github.reactorudf.arrow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/** Bytes between Arrow's memory and Netty's, on any JVM and without a flag. */
public final class ArrowMemory {
    private static final int CHUNK = 64 * 1024;
    private static final int ALIGNMENT = 8;

    private ArrowMemory() {}

    /**
     * A root allocator over Netty's pooled direct memory. Sizes are rounded up to 8 bytes only, so that what it
     * accounts for is what was asked for.
     *
     * @param limit bytes; an allocation beyond it throws Arrow's {@code OutOfMemoryException}
     */
    public static BufferAllocator newRootAllocator(long limit) {
        return new RootAllocator(RootAllocator.configBuilder()
                .allocationManagerFactory(NettyMemory.FACTORY)
                .roundingPolicy(size -> (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)
                .maxAllocation(limit)
                .build());
    }

    /**
     * Bytes of {@code buf} to read: a slice that keeps the memory alive if the memory is of {@link #newRootAllocator},
     * and a pooled direct copy of any other memory (imports through the C data interface, a user's own root).
     *
     * <p><b>Ownership:</b> the caller releases the result; {@code buf} stays the caller's and may be released before.
     */
    public static ByteBuf toByteBuf(ArrowBuf buf, long index, int length) {
        Objects.checkFromIndexSize(index, length, buf.capacity());
        if (length == 0) {
            return Unpooled.EMPTY_BUFFER;
        }
        NettyMemory memory = NettyMemory.behind(buf);
        return memory != null ? memory.retainedSlice(buf, index, length) : copyOf(buf, index, length);
    }

    /**
     * A slice of {@code buf} with nothing to read and {@code length} bytes to write, which keeps the memory alive; null
     * if the memory is not of {@link #newRootAllocator}.
     *
     * <p><b>Ownership:</b> as of {@link #toByteBuf}.
     */
    public static @Nullable ByteBuf toWrite(ArrowBuf buf, long index, int length) {
        Objects.checkFromIndexSize(index, length, buf.capacity());
        NettyMemory memory = NettyMemory.behind(buf);
        return memory == null ? null : memory.retainedSlice(buf, index, length).clear();
    }

    private static ByteBuf copyOf(ArrowBuf buf, long index, int length) {
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
        MemoryUtil.copyMemory(buf.memoryAddress() + index, copy.memoryAddress(), length);
        return copy.writerIndex(length);
    }

    /**
     * Copies the next {@code length} readable bytes of {@code src} (of any kind) to {@code dst}, unless they are there
     * already, and moves the reader index of {@code src} and, if these are the last bytes so far, the writer index of
     * {@code dst} past them.
     */
    public static void copy(ByteBuf src, int length, ArrowBuf dst, long dstIndex) {
        Objects.checkFromIndexSize(dstIndex, length, dst.capacity());
        NettyMemory memory = NettyMemory.behind(dst);
        if (src.hasMemoryAddress() && src.memoryAddress() + src.readerIndex() == dst.memoryAddress() + dstIndex) {
            src.skipBytes(length);
        } else if (memory != null) {
            memory.write(dst, dstIndex, src, length);
        } else if (src.hasMemoryAddress()) {
            Objects.checkFromIndexSize(0, length, src.readableBytes());
            MemoryUtil.copyMemory(src.memoryAddress() + src.readerIndex(), dst.memoryAddress() + dstIndex, length);
            src.skipBytes(length);
        } else {
            copyByChunks(src, length, dst, dstIndex);
        }
        dst.writerIndex(Math.max(dst.writerIndex(), dstIndex + length));
    }

    private static void copyByChunks(ByteBuf src, int length, ArrowBuf dst, long dstIndex) {
        byte[] chunk = new byte[Math.min(length, CHUNK)];
        for (int done = 0; done < length; ) {
            int count = Math.min(chunk.length, length - done);
            src.readBytes(chunk, 0, count);
            dst.setBytes(dstIndex + done, chunk, 0, count);
            done += count;
        }
    }
}
