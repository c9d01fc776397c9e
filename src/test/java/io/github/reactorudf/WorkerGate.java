package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what a worker sends, from a frame of a type on, until it is opened: so that a test can say when the frame
 * arrives. For runtimes with one worker: give {@link #install} to the builder's {@code onConnected}.
 */
final class WorkerGate {

    private final WireTap tap = new WireTap();

    private volatile CountDownLatch arrived = new CountDownLatch(1);
    private volatile @Nullable FrameType from;
    private volatile @Nullable Handler current;

    WorkerGate() {
        tap.onCrossing(crossing -> {
            if (!crossing.outgoing() && crossing.type() == from) {
                arrived.countDown();
            }
        });
    }

    /** The frames that crossed since it was closed last; those that are held have. */
    WireTap tap() {
        return tap;
    }

    void install(Channel channel) {
        tap.install(channel);
        Handler handler = new Handler(channel);
        channel.pipeline().addAfter("tap", "gate", handler);
        current = handler;
    }

    /** Holds the next frame of this type, and what comes after it. */
    void closeAt(FrameType type) {
        tap.clear();
        arrived = new CountDownLatch(1);
        from = type;
    }

    /** Waits until there is something to hold. */
    void awaitHeld() throws InterruptedException {
        assertTrue(arrived.await(Results.LIMIT.toSeconds(), TimeUnit.SECONDS), () -> "no " + from);
    }

    /** Lets through what was held, and what will come; returns when that has been read. */
    void open() {
        from = null;
        Handler handler = connected();
        handler.channel.eventLoop().submit(handler::release).awaitUninterruptibly();
    }

    /** Closes the connection; returns when that is known. */
    void disconnect() {
        connected().channel.close().awaitUninterruptibly();
    }

    private Handler connected() {
        return Objects.requireNonNull(current, "no worker was connected");
    }

    private final class Handler extends ChannelInboundHandlerAdapter {

        private final Channel channel;
        private final Queue<Object> held = new ArrayDeque<>();
        private @Nullable ChannelHandlerContext context;

        Handler(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext reading, Object message) {
            if (from != null && arrived.getCount() == 0) {
                held.add(message);
            } else {
                release();
                reading.fireChannelRead(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext closing) {
            release();
            closing.fireChannelInactive();
        }

        void release() {
            ChannelHandlerContext reading = Objects.requireNonNull(context);
            for (Object message = held.poll(); message != null; message = held.poll()) {
                reading.fireChannelRead(message);
            }
            reading.fireChannelReadComplete();
        }
    }
}
