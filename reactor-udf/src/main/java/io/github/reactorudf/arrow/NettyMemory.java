package io.github.reactorudf.arrow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.BufferLedger;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.ReferenceManager;
import org.jspecify.annotations.Nullable;

/** One allocation of Arrow's, in a pooled direct buffer of Netty's: what Arrow writes, Netty sends without a copy. */
final class NettyMemory extends AllocationManager {
    static final Factory FACTORY = new Factory() {
        @Override
        public AllocationManager create(BufferAllocator accounting, long size) {
            return new NettyMemory(accounting, allocate(size));
        }

        @Override
        public ArrowBuf empty() {
            return new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);
        }
    };

    private final ByteBuf memory;
    private final long address;

    private NettyMemory(BufferAllocator accounting, ByteBuf memory) {
        super(accounting);
        this.memory = memory;
        this.address = memory.memoryAddress();
    }

    private static ByteBuf allocate(long size) {
        if (size > Integer.MAX_VALUE) {
            throw new OutOfMemoryException("A buffer of " + size
                    + " bytes was asked for; no buffer may be over 2 GiB - 1. Use smaller batches.");
        }
        try {
            return PooledByteBufAllocator.DEFAULT.directBuffer((int) size, (int) size);
        } catch (OutOfMemoryError e) {
            // Netty's own bound on direct memory; Arrow's callers expect Arrow's exception.
            throw new OutOfMemoryException("No direct memory left for a buffer of " + size + " bytes", e);
        }
    }

    /** The memory behind {@code buf} if it is of this kind, else null. */
    static @Nullable NettyMemory behind(ArrowBuf buf) {
        return buf.getReferenceManager() instanceof BufferLedger ledger
                        && ledger.getAllocationManager() instanceof NettyMemory netty
                ? netty
                : null;
    }

    ByteBuf retainedSlice(ArrowBuf buf, long index, int length) {
        return memory.retainedSlice(position(buf, index), length);
    }

    void write(ArrowBuf buf, long index, ByteBuf src, int length) {
        memory.setBytes(position(buf, index), src, length);
    }

    private int position(ArrowBuf buf, long index) {
        return (int) (buf.memoryAddress() - address + index);
    }

    @Override
    public long getSize() {
        return memory.capacity();
    }

    @Override
    protected long memoryAddress() {
        return address;
    }

    @Override
    protected void release0() {
        memory.release();
    }
}
