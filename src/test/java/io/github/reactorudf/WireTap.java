package io.github.reactorudf;

import io.github.reactorudf.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Sees every frame of a runtime's connections, in both directions, as headers: give {@link #install} to the builder's
 * {@code onConnected}. Frames are recorded in the order in which the event loop saw them.
 */
final class WireTap {

    private static final int HEADER = 24;

    /** A frame that crossed. {@code outgoing} is from the JVM to the worker. */
    record Crossing(boolean outgoing, FrameType type, int flags, long evaluation, long bytes) {}

    /** What the wire was like when a piece of input arrived. */
    interface Moment {

        /** Bytes that the kernel would not yet take from the JVM. */
        long pendingOutgoing();

        /** Bytes still to come of the frame that is arriving. */
        long pendingIncoming();
    }

    private final List<Crossing> crossings = new CopyOnWriteArrayList<>();
    private final List<Consumer<Crossing>> onFlushed = new CopyOnWriteArrayList<>();
    private final List<Consumer<Moment>> onRead = new CopyOnWriteArrayList<>();

    void install(Channel channel) {
        channel.pipeline().addFirst("tap", new Handler());
    }

    /** Is told of each frame of the JVM once the kernel has all of it; on the event loop. */
    void onFlushed(Consumer<Crossing> listener) {
        onFlushed.add(listener);
    }

    /** Is told of each piece of input; on the event loop. */
    void onRead(Consumer<Moment> listener) {
        onRead.add(listener);
    }

    List<Crossing> crossings() {
        return List.copyOf(crossings);
    }

    long count(boolean outgoing, FrameType type) {
        return crossings.stream()
                .filter(c -> c.outgoing == outgoing && c.type == type)
                .count();
    }

    /** Bytes of headers, metadata and bodies. */
    long bytes(boolean outgoing) {
        return crossings.stream()
                .filter(c -> c.outgoing == outgoing)
                .mapToLong(Crossing::bytes)
                .sum();
    }

    private Crossing record(boolean outgoing, ByteBuf header) {
        int at = header.readerIndex();
        long bytes = HEADER + header.getLongLE(at) + header.getIntLE(at + 8);
        FrameType type = FrameType.of(header.getUnsignedByte(at + 12));
        Crossing crossing =
                new Crossing(outgoing, type, header.getUnsignedByte(at + 13), header.getLongLE(at + 16), bytes);
        crossings.add(crossing);
        return crossing;
    }

    private final class Handler extends ChannelDuplexHandler {

        private final ByteBuf header = Unpooled.buffer(HEADER, HEADER);
        private long remaining;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            Crossing crossing = record(true, (ByteBuf) message);
            context.write(message, promise.unvoid()).addListener(written -> {
                if (written.isSuccess()) {
                    onFlushed.forEach(listener -> listener.accept(crossing));
                }
            });
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = ((ByteBuf) message).duplicate();
            while (bytes.isReadable()) {
                if (remaining > 0) {
                    int skipped = (int) Math.min(remaining, bytes.readableBytes());
                    bytes.skipBytes(skipped);
                    remaining -= skipped;
                    continue;
                }
                bytes.readBytes(header, Math.min(header.writableBytes(), bytes.readableBytes()));
                if (!header.isWritable()) {
                    remaining = record(false, header).bytes - HEADER;
                    header.clear();
                }
            }
            Moment moment = moment(context.channel(), remaining);
            onRead.forEach(listener -> listener.accept(moment));
            context.fireChannelRead(message);
        }

        private Moment moment(Channel channel, long incoming) {
            ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
            long outgoing = pending == null ? 0 : pending.totalPendingWriteBytes();
            return new Moment() {
                @Override
                public long pendingOutgoing() {
                    return outgoing;
                }

                @Override
                public long pendingIncoming() {
                    return incoming;
                }
            };
        }
    }
}
