package io.github.reactorudf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.reactorudf.protocol.Credit;
import io.github.reactorudf.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Sees every frame of a runtime's connections, in both directions, as headers: give {@link #install} to the builder's
 * {@code onConnected}. Frames are recorded in the order in which the event loop saw them.
 */
final class WireTap {

    private static final int HEADER = 24;

    /**
     * A frame that crossed. {@code outgoing} is from the JVM to the worker; {@code metadata} is kept of SETUP, BORDERS
     * and REQUEST_N only.
     */
    record Crossing(
            Channel channel,
            boolean outgoing,
            FrameType type,
            int flags,
            long evaluation,
            long bytes,
            ByteBuf metadata) {

        /** What a REQUEST_N grants. */
        Credit granted() {
            return new Credit(metadata.getLongLE(0), metadata.getLongLE(Long.BYTES));
        }

        /** The member {@code window} or {@code demand} of a SETUP. */
        Credit setup(String member) {
            try {
                JsonNode credit = new ObjectMapper()
                        .readTree(ByteBufUtil.getBytes(metadata))
                        .required(member);
                return new Credit(
                        credit.required("batches").asLong(),
                        credit.required("bytes").asLong());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What the wire was like when a piece of input arrived. */
    interface Moment {

        Channel channel();

        /** Bytes that were flushed and that the kernel would not yet take from the JVM. */
        long pendingOutgoing();

        /** Bytes still to come of the frame that is arriving. */
        long pendingIncoming();
    }

    private final Queue<Crossing> crossings = new ConcurrentLinkedQueue<>();
    private final List<Consumer<Crossing>> onCrossing = new CopyOnWriteArrayList<>();
    private final List<Consumer<Crossing>> onFlushed = new CopyOnWriteArrayList<>();
    private final List<Consumer<Moment>> onRead = new CopyOnWriteArrayList<>();

    void install(Channel channel) {
        channel.pipeline().addFirst("tap", new Handler());
    }

    /** Is told of each frame before it goes on its way: to the kernel, or to what decodes it; on the event loop. */
    void onCrossing(Consumer<Crossing> listener) {
        onCrossing.add(listener);
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

    /** Forgets the frames seen so far. */
    void clear() {
        crossings.clear();
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

    /** Takes a header and, of the types that are small and told of, the metadata that follows it. */
    private Crossing record(Channel channel, boolean outgoing, ByteBuf frame) {
        int at = frame.readerIndex();
        byte[] metadata = new byte[kept(frame)];
        frame.getBytes(at + HEADER, metadata);
        Crossing crossing = new Crossing(
                channel,
                outgoing,
                type(frame),
                frame.getUnsignedByte(at + 13),
                frame.getLongLE(at + 16),
                HEADER + content(frame),
                Unpooled.wrappedBuffer(metadata));
        crossings.add(crossing);
        onCrossing.forEach(listener -> listener.accept(crossing));
        return crossing;
    }

    private static FrameType type(ByteBuf header) {
        return FrameType.of(header.getUnsignedByte(header.readerIndex() + 12));
    }

    private static long content(ByteBuf header) {
        return header.getLongLE(header.readerIndex()) + header.getIntLE(header.readerIndex() + 8);
    }

    private static int kept(ByteBuf header) {
        return switch (type(header)) {
            case SETUP, REQUEST_N, BORDERS -> header.getIntLE(header.readerIndex() + 8);
            default -> 0;
        };
    }

    private final class Handler extends ChannelDuplexHandler {

        private final ByteBuf start = Unpooled.buffer(HEADER + 2 * Long.BYTES);
        private long remaining;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            Crossing crossing = record(context.channel(), true, (ByteBuf) message);
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
                readStart(context.channel(), bytes);
            }
            Moment moment = moment(context.channel(), remaining);
            onRead.forEach(listener -> listener.accept(moment));
            context.fireChannelRead(message);
        }

        private void readStart(Channel channel, ByteBuf bytes) {
            int wanted = HEADER + (start.readableBytes() < HEADER ? 0 : kept(start)) - start.readableBytes();
            int length = Math.min(wanted, bytes.readableBytes());
            bytes.readBytes(start.ensureWritable(length), length);
            if (start.readableBytes() >= HEADER && start.readableBytes() == HEADER + kept(start)) {
                remaining = content(start) - kept(start);
                record(channel, false, start);
                start.clear();
            }
        }

        private Moment moment(Channel channel, long incoming) {
            ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
            // No current message: what is pending was not flushed yet, and so not refused.
            long outgoing = pending == null || pending.current() == null ? 0 : pending.totalPendingWriteBytes();
            return new Moment() {
                @Override
                public Channel channel() {
                    return channel;
                }

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
