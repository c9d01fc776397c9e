package io.github.reactorudf.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a channel read the body of a frame straight into the Arrow memory that it is for, and all else into Netty's usual
 * buffers.
 */
final class BodyReceiveAllocator implements RecvByteBufAllocator {

    private final RecvByteBufAllocator usual = new AdaptiveRecvByteBufAllocator();
    private final Supplier<@Nullable ByteBuf> body;

    /** @param body gives the memory of what is read next, or null if that is no body; its receiver releases it */
    BodyReceiveAllocator(Supplier<@Nullable ByteBuf> body) {
        this.body = body;
    }

    @Override
    @SuppressWarnings("deprecation") // Of the type's name: what channels call has no other.
    public Handle newHandle() {
        return new BodyHandle((ExtendedHandle) usual.newHandle());
    }

    private final class BodyHandle extends DelegatingHandle implements ExtendedHandle {

        private BodyHandle(ExtendedHandle usual) {
            super(usual);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf memory = body.get();
            return memory == null ? super.allocate(allocator) : memory;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMoreData);
        }
    }
}
