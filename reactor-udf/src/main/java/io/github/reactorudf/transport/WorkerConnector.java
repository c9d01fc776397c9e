package io.github.reactorudf.transport;

import io.github.reactorudf.protocol.FrameDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/** Opens connections: a connection is a worker. Immutable. */
public final class WorkerConnector {

    private static final int FLUSH_AFTER = 64;

    static {
        // Here, because the first connector is not made on an event loop: a supervisor was started before.
        FrameDecoder.prepare();
    }

    private final TcpClient client;
    private final String secret;
    private final BufferAllocator allocator;
    private final Duration timeout;
    private final Duration busyWait;

    /**
     * @param socketBuffer bytes of the kernel's send and receive buffer, 0 for the system's own
     * @param timeout for the worker's answer to the handshake
     * @param busyWait for how long an answer is looked for, instead of being woken by it; zero: not at all
     * @param onConnected sees each channel before a frame crosses it
     */
    public WorkerConnector(
            SocketAddress address,
            String secret,
            BufferAllocator allocator,
            int socketBuffer,
            Duration timeout,
            Duration busyWait,
            Consumer<? super Channel> onConnected) {
        TcpClient tcp = TcpClient.create(ConnectionProvider.newConnection())
                .remoteAddress(() -> address)
                // On a write that fails: what a worker that is gone said before is still to be read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .doOnConnected(connection -> {
                    connection.addHandlerFirst("flush", new FlushConsolidationHandler(FLUSH_AFTER, true));
                    onConnected.accept(connection.channel());
                });
        if (!(address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress)) {
            tcp = tcp.option(ChannelOption.TCP_NODELAY, true);
        }
        if (socketBuffer > 0) {
            tcp = tcp.option(ChannelOption.SO_SNDBUF, socketBuffer).option(ChannelOption.SO_RCVBUF, socketBuffer);
        }
        this.client = tcp;
        this.secret = secret;
        this.allocator = allocator;
        this.timeout = timeout;
        this.busyWait = busyWait;
    }

    /** The address of a Unix domain socket, as the transport in use wants it. */
    public static SocketAddress unix(Path path) {
        // hasNativeSupport() does not know that a user switched it off.
        return LoopResources.DEFAULT_NATIVE && LoopResources.hasNativeSupport()
                ? new DomainSocketAddress(path.toFile())
                : UnixDomainSocketAddress.of(path);
    }

    /**
     * Connects and shakes hands. Cold; delivers on the connection's event loop. A refusal of the worker is an error,
     * and so is none within the timeout; cancelling closes what was opened.
     */
    public Mono<WorkerConnection> connect() {
        return client.connect().flatMap(this::shakeHands);
    }

    private Mono<WorkerConnection> shakeHands(Connection connection) {
        WorkerConnection worker = new WorkerConnection(connection, allocator, busyWait);
        return worker.shakeHands(secret, timeout).doOnCancel(worker::close);
    }
}
