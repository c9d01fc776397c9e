package io.github.reactorudf.transport;

import io.github.reactorudf.ProtocolException;
import io.github.reactorudf.UdfException;
import io.github.reactorudf.protocol.ErrorFrame;
import io.github.reactorudf.protocol.Frame;
import io.github.reactorudf.protocol.FrameDecoder;
import io.github.reactorudf.protocol.HelloFrame;
import io.github.reactorudf.protocol.LogFrame;
import io.github.reactorudf.protocol.PayloadFrame;
import io.github.reactorudf.protocol.PrepareFrame;
import io.github.reactorudf.protocol.PreparedFrame;
import io.github.reactorudf.protocol.WelcomeFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.Connection;

/**
 * A connection, which is a worker. One evaluation at a time is attached to it; frames of any other are read and dropped
 * (rule P13).
 *
 * <p>All state is confined to the event loop; only {@link #send} may be called from any thread. The connection always
 * reads (rule D1): its inbound side is subscribed to once, for its lifetime, and never paused.
 */
public final class WorkerConnection {

    private static final int FIRST_PREPARED = 1;

    private final Connection connection;
    private final Channel channel;
    private final BufferAllocator allocator;
    private final FrameDecoder decoder;
    private final Map<Preparation, PreparedFrame> prepared = new HashMap<>();

    private @Nullable WelcomeFrame welcome;
    private @Nullable MonoSink<WorkerConnection> handshake;
    private @Nullable Preparing preparing;
    private @Nullable FrameReceiver receiver;
    private long evaluation;
    private long lastEvaluation;
    private int nextPrepared = FIRST_PREPARED;
    private boolean ended;

    private record Preparation(List<PrepareFrame.Stage> stages, ByteBuffer schema) {}

    private record Preparing(Preparation what, MonoSink<PreparedFrame> sink) {}

    WorkerConnection(Connection connection, BufferAllocator allocator) {
        this.connection = connection;
        this.channel = connection.channel();
        this.allocator = allocator;
        this.decoder = new FrameDecoder(allocator, this::dispatch);
    }

    Mono<WorkerConnection> shakeHands(String secret, Duration timeout) {
        return Mono.create(sink -> eventLoop().execute(() -> {
            handshake = sink;
            connection.inbound().receive().subscribe(this::read, this::end, () -> end(closedByWorker()));
            var deadline = eventLoop()
                    .schedule(
                            () -> end(
                                    new UdfException("the worker did not answer within " + timeout.toSeconds() + " s")),
                            timeout.toMillis(),
                            TimeUnit.MILLISECONDS);
            sink.onDispose(() -> deadline.cancel(false));
            send(new HelloFrame(List.of(1), secret));
        }));
    }

    /** The event loop that delivers all frames. */
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    /** The worker's process id, as it said. */
    public int pid() {
        WelcomeFrame known = welcome;
        if (known == null) {
            throw new IllegalStateException("no handshake yet");
        }
        return known.pid();
    }

    public boolean isOpen() {
        return channel.isActive();
    }

    /** Sends a small frame; see {@link #send(ByteBuf, Runnable)}. */
    public void send(Frame frame) {
        send(frame.encode(alloc()), () -> {});
    }

    /**
     * Hands a frame to the event loop, which writes it; one thread's frames keep their order. Any thread.
     *
     * @param frame taken over
     * @param done runs on the event loop once the frame is written, or never will be
     */
    public void send(ByteBuf frame, Runnable done) {
        channel.writeAndFlush(frame).addListener(written -> done.run());
    }

    /**
     * Prepares UDFs for an input schema, once for each (rule P7); the second time answers at once. On the event loop;
     * one at a time.
     *
     * @param schema an encapsulated schema message
     */
    public Mono<PreparedFrame> prepare(List<String> modules, List<PrepareFrame.Stage> stages, byte[] schema) {
        return Mono.create(sink -> {
            Preparation what = new Preparation(stages, ByteBuffer.wrap(schema));
            PreparedFrame known = prepared.get(what);
            if (known != null) {
                sink.success(known);
            } else if (ended) {
                sink.error(closedByWorker());
            } else {
                preparing = new Preparing(what, sink);
                send(new PrepareFrame(nextPrepared++, modules, stages, schema));
            }
        });
    }

    /**
     * Gives the frames of a new evaluation to a receiver, until {@link #detach}, or tells it at once that the
     * connection is lost. On the event loop.
     *
     * @return the evaluation's id, higher than any before on this connection (rule P12)
     */
    public long attach(FrameReceiver receiver) {
        evaluation = ++lastEvaluation;
        if (ended) {
            receiver.onLost(closedByWorker());
        } else {
            this.receiver = receiver;
        }
        return evaluation;
    }

    /** The evaluation ended. On the event loop. */
    public void detach() {
        receiver = null;
        evaluation = 0;
    }

    /** Closes the channel; idempotent, any thread. */
    public void close() {
        connection.dispose();
    }

    /** Completes when the channel is closed. */
    public Mono<Void> onClose() {
        return connection.onDispose();
    }

    private void read(ByteBuf bytes) {
        try {
            decoder.decode(bytes);
        } catch (OutOfMemoryException e) {
            end(new UdfException(
                    "a batch of the worker does not fit in the allocator " + allocator.getName() + " (limit "
                            + allocator.getLimit() + " bytes, allocated " + allocator.getAllocatedMemory()
                            + "); close batches sooner, make them smaller or raise the limit",
                    e));
        } catch (RuntimeException e) {
            end(e);
        }
    }

    private void dispatch(Frame frame) {
        if (frame instanceof LogFrame line) {
            log(line);
        } else if (frame.evaluation() != 0) {
            toReceiver(frame);
        } else if (frame instanceof WelcomeFrame hello) {
            welcome(hello);
        } else if (frame instanceof PreparedFrame answer) {
            prepared(answer);
        } else if (frame instanceof ErrorFrame error) {
            refused(error);
        } else {
            throw new ProtocolException("the worker sent a " + frame.type() + " frame outside an evaluation");
        }
    }

    private void toReceiver(Frame frame) {
        FrameReceiver current = receiver;
        if (current != null && frame.evaluation() == evaluation) {
            current.onFrame(frame);
        } else if (frame instanceof PayloadFrame payload) {
            payload.body().close();
        }
    }

    private void welcome(WelcomeFrame hello) {
        MonoSink<WorkerConnection> sink = handshake;
        if (sink == null) {
            throw new ProtocolException("the worker sent WELCOME twice");
        }
        handshake = null;
        welcome = hello;
        sink.success(this);
    }

    private void prepared(PreparedFrame answer) {
        Preparing current = preparing;
        if (current == null) {
            throw new ProtocolException("the worker sent PREPARED unasked");
        }
        preparing = null;
        prepared.put(current.what, answer);
        current.sink.success(answer);
    }

    private void refused(ErrorFrame error) {
        Preparing current = preparing;
        if (current == null) {
            throw new ProtocolException("the worker refused: " + error.message());
        }
        preparing = null;
        current.sink.error(new RefusedException(error));
    }

    private static void log(LogFrame line) {
        Logger logger = LoggerFactory.getLogger("python." + line.logger());
        switch (line.level()) {
            case "ERROR" -> logger.error(line.message());
            case "WARN" -> logger.warn(line.message());
            case "DEBUG" -> logger.debug(line.message());
            case "TRACE" -> logger.trace(line.message());
            default -> logger.info(line.message());
        }
    }

    private static IOException closedByWorker() {
        return new IOException("the connection to the worker was closed");
    }

    private void end(Throwable cause) {
        if (ended) {
            return;
        }
        ended = true;
        decoder.close();
        connection.dispose();
        MonoSink<WorkerConnection> connecting = handshake;
        if (connecting != null) {
            handshake = null;
            connecting.error(cause);
        }
        Preparing current = preparing;
        if (current != null) {
            preparing = null;
            current.sink.error(cause);
        }
        FrameReceiver attached = receiver;
        if (attached != null) {
            detach();
            attached.onLost(cause);
        }
    }
}
