package io.github.reactorudf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A worker that says what a script makes of what a real worker says: give {@link #install} to the builder's
 * {@code onConnected}. The process behind it is real, so that it can be seen to end.
 */
final class ScriptedPeer {

    /** What is said in place of a frame; called on the event loop, in the order of the frames. */
    interface Script {

        List<WireFrame> say(WireFrame frame);
    }

    private static final Script HONEST = List::of;

    private final AtomicReference<Script> script = new AtomicReference<>(HONEST);

    void install(Channel channel) {
        channel.pipeline().addFirst("peer", new Handler());
    }

    /** From the next frame on. */
    void follow(Script next) {
        script.set(next);
    }

    /** Says what the real worker says. */
    void beHonest() {
        script.set(HONEST);
    }

    private final class Handler extends ChannelInboundHandlerAdapter {

        private final ByteBuf arrived = Unpooled.buffer();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            arrived.writeBytes(bytes);
            bytes.release();
            for (WireFrame frame = WireFrame.read(arrived); frame != null; frame = WireFrame.read(arrived)) {
                for (WireFrame said : script.get().say(frame)) {
                    context.fireChannelRead(Unpooled.wrappedBuffer(said.bytes()));
                }
            }
            arrived.discardReadBytes();
        }
    }
}
