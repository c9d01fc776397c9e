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
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
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

    private static final int VERSION = 1;
    private static final int FIRST_PREPARED = 1;
    private static final int LAST_PREPARED = 256;
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final int LOUDEST = 10;

    private final Connection connection;
    private final Channel channel;
    private final BufferAllocator allocator;
    private final FrameDecoder decoder;
    private final BusyWait busyWait;

    private @Nullable WelcomeFrame welcome;
    private @Nullable MonoSink<WorkerConnection> handshake;
    private @Nullable MonoSink<PreparedFrame> preparing;
    private @Nullable FrameReceiver receiver;
    private long evaluation;
    private volatile long lastEvaluation;
    private volatile int nextPrepared = FIRST_PREPARED;
    private long reads;
    private @Nullable Future<?> quiet;
    private boolean ended;

    WorkerConnection(Connection connection, BufferAllocator allocator, Duration busyWait) {
        this.connection = connection;
        this.channel = connection.channel();
        this.allocator = allocator;
        this.decoder = new FrameDecoder(allocator, this::dispatch);
        this.busyWait = new BusyWait(channel.eventLoop(), busyWait);
        channel.config().setRecvByteBufAllocator(new BodyReceiveAllocator(decoder::missingBody));
    }

    Mono<WorkerConnection> shakeHands(String secret, Duration timeout) {
        return Mono.create(sink -> eventLoop().execute(() -> {
            handshake = sink;
            connection.inbound().receive().subscribe(this::read, this::end, () -> end(closedByWorker()));
            var deadline = eventLoop()
                    .schedule(
                            () -> end(
                                    new UdfException("the worker did not answer within " + timeout.toMillis() + " ms")),
                            timeout.toMillis(),
                            TimeUnit.MILLISECONDS);
            sink.onDispose(() -> deadline.cancel(false));
            send(new HelloFrame(List.of(VERSION), secret));
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

    /**
     * Whether another evaluation may come: it is open, and has not prepared so much that both sides had better forget
     * it.
     */
    public boolean isReusable() {
        return channel.isActive() && nextPrepared <= LAST_PREPARED;
    }

    /** Sends a small frame; see {@link #send(ByteBuf, Runnable)}. */
    public void send(Frame frame) {
        send(frame.encode(alloc()), () -> {});
    }

    /** Sends a small frame in the write of the one that is sent next. On the event loop. */
    public void sendWithNext(Frame frame) {
        var unused = channel.write(frame.encode(alloc()));
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

    /** Something was sent that is to be answered. On the event loop. */
    public void expectAnswer() {
        busyWait.begin();
    }

    /**
     * Prepares UDFs for an input schema. On the event loop; one at a time. UDFs that no frame can hold are a
     * {@link UdfException}.
     *
     * @param rowErrors as {@link PrepareFrame#rowErrors} says
     * @param schema an encapsulated schema message
     */
    public Mono<PreparedFrame> prepare(
            List<String> modules, String rowErrors, List<PrepareFrame.Stage> stages, byte[] schema) {
        return Mono.create(sink -> {
            if (ended) {
                sink.error(closedByWorker());
                return;
            }
            int id = nextPrepared;
            ByteBuf frame = new PrepareFrame(id, modules, rowErrors, stages, schema).encode(alloc());
            preparing = sink;
            nextPrepared = id + 1;
            send(frame, () -> {});
        });
    }

    /** The id of the evaluation that is attached next. Any thread of whoever has the connection to itself. */
    public long nextEvaluation() {
        return lastEvaluation + 1;
    }

    /**
     * Gives the frames of a new evaluation to a receiver, until {@link #detach}, or tells it at once that the
     * connection is lost. On the event loop.
     *
     * @return the evaluation's id, higher than any before on this connection (rule P12)
     */
    public long attach(FrameReceiver receiver) {
        evaluation = nextEvaluation();
        lastEvaluation = evaluation;
        if (ended) {
            receiver.onLost(closedByWorker());
        } else {
            this.receiver = receiver;
        }
        return evaluation;
    }

    /** The evaluation ended. On the event loop. */
    public void detach() {
        busyWait.end();
        receiver = null;
        evaluation = 0;
    }

    /** Ends the connection, for what came over it; idempotent. On the event loop. */
    public void fail(ProtocolException cause) {
        end(cause);
    }

    /**
     * The worker's process ended, which its connection can outlive: a child may hold the socket. Ends the connection
     * once what is in the socket is read, that is when nothing came for 50 ms, or after half a second of bytes that
     * only a child can have written. Any thread.
     */
    public void processEnded() {
        eventLoop().execute(() -> endOnceQuiet(LOUDEST));
    }

    private void endOnceQuiet(int patience) {
        if (!ended) {
            long before = reads;
            Runnable look = () -> {
                if (reads == before || patience == 0) {
                    end(closedByWorker());
                } else {
                    endOnceQuiet(patience - 1);
                }
            };
            quiet = eventLoop().schedule(look, QUIET.toMillis(), TimeUnit.MILLISECONDS);
        }
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
        reads++;
        busyWait.end();
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
            discard(frame);
            throw new ProtocolException("the worker sent a " + frame.type() + " frame outside an evaluation");
        }
    }

    private void toReceiver(Frame frame) {
        FrameReceiver current = receiver;
        if (current != null && frame.evaluation() == evaluation) {
            current.onFrame(frame);
        } else {
            discard(frame);
        }
    }

    private static void discard(Frame frame) {
        if (frame instanceof PayloadFrame payload) {
            payload.body().close();
        }
    }

    private void welcome(WelcomeFrame hello) {
        MonoSink<WorkerConnection> sink = handshake;
        if (sink == null) {
            throw new ProtocolException("the worker sent WELCOME twice");
        }
        if (hello.version() != VERSION) {
            throw new ProtocolException("the worker chose version " + hello.version()
                    + " of the protocol; only version " + VERSION + " was offered");
        }
        if (hello.pid() < 1) {
            throw new ProtocolException("the worker says that it is process " + hello.pid());
        }
        handshake = null;
        welcome = hello;
        sink.success(this);
    }

    private void prepared(PreparedFrame answer) {
        MonoSink<PreparedFrame> current = preparing;
        if (current == null) {
            throw new ProtocolException("the worker sent PREPARED unasked");
        }
        if (answer.id() != nextPrepared - 1) {
            throw new ProtocolException(
                    "the worker prepared " + answer.id() + " when " + (nextPrepared - 1) + " was asked for");
        }
        preparing = null;
        current.success(answer);
    }

    private void refused(ErrorFrame error) {
        MonoSink<PreparedFrame> current = preparing;
        if (current == null) {
            throw new ProtocolException("the worker refused: " + error.message());
        }
        preparing = null;
        current.error(new RefusedException(error));
    }

    private static void log(LogFrame line) {
        Logger logger = PythonLoggers.of(line.logger());
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
        busyWait.end();
        if (quiet != null) {
            quiet.cancel(false);
        }
        decoder.close();
        connection.dispose();
        MonoSink<WorkerConnection> connecting = handshake;
        if (connecting != null) {
            handshake = null;
            connecting.error(cause);
        }
        MonoSink<PreparedFrame> current = preparing;
        if (current != null) {
            preparing = null;
            current.error(cause);
        }
        FrameReceiver attached = receiver;
        if (attached != null) {
            detach();
            attached.onLost(cause);
        }
    }
}
