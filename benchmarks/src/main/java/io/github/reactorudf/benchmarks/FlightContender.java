package io.github.reactorudf.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Arrow Flight's {@code DoExchange} with a server of pyarrow's, tuned: a writer that sleeps where Flight's client
 * spins, 1 MiB under way, callbacks on the event loop, writes without a copy.
 */
final class FlightContender implements Contender {

    private static final int SOCKET_BUFFER = 1 << 20;

    private final String name;
    private final BufferAllocator allocator;
    private final PythonProcess server;
    private final ManagedChannel channel;
    private final FlightClient client;
    private final ReadySignal ready = new ReadySignal();
    private final ExecutorService writers = Threads.pool("flight-writer");

    private FlightContender(String name, BufferAllocator allocator, PythonProcess server, NettyChannelBuilder builder) {
        this.name = name;
        this.allocator = allocator;
        this.server = server;
        this.channel = builder.usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .directExecutor()
                .intercept(ready)
                .build();
        this.client = FlightGrpcUtils.createFlightClient(allocator, channel);
    }

    static FlightContender tcp(Home home, BufferAllocator allocator) throws IOException {
        PythonProcess server = new PythonProcess(home, "flight_server.py", "grpc://127.0.0.1:0");
        int port = server.greeting().get("port").asInt();
        return new FlightContender("flight-tcp", allocator, server, NettyChannelBuilder.forAddress("127.0.0.1", port));
    }

    /** By a channel of gRPC's: the builder that Flight has for Unix sockets asks for a server's channel, and fails. */
    static FlightContender unix(Home home, BufferAllocator allocator) throws IOException {
        Path socket = Files.createTempDirectory("benchmarks").resolve("flight");
        PythonProcess server = new PythonProcess(home, "flight_server.py", "grpc+unix://" + socket);
        return new FlightContender(
                "flight-unix",
                allocator,
                server,
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                        .channelType(EpollDomainSocketChannel.class)
                        .eventLoopGroup(new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory()))
                        .withOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean takes(Scenario scenario, Form form) {
        return scenario.mode() != Scenario.Mode.CONNECT;
    }

    @Override
    public Evaluator evaluator(Scenario scenario, Form form, Input input) {
        return new FlightEvaluator(
                client, ready, Threads.forWriting(scenario, writers), allocator, scenario.workload(), form, input);
    }

    @Override
    public void close() throws IOException {
        writers.shutdown();
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.shutdownNow();
        server.close();
    }
}
