package io.github.reactorudf.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** A worker that obeys lines of text and needs no Arrow: see {@code python-worker/tests/standin_worker.py}. */
final class StandIn implements AutoCloseable {

    private static final Path PYTHON_TESTS = Path.of("../python-worker/tests");

    private final SocketChannel channel;
    private final BufferedReader answers;
    private final OutputStream commands;

    private StandIn(SocketChannel channel) {
        this.channel = channel;
        this.answers =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        this.commands = Channels.newOutputStream(channel);
    }

    /** Settings with which every worker is a stand-in. */
    static SupervisorSettings settings(Path directory, boolean tcp) throws IOException {
        Path packages = directory.resolve("packages");
        WorkerFiles.unpack(StandIn.class.getClassLoader(), packages);
        for (String module : List.of("worker", "interrupts")) {
            Files.copy(
                    PYTHON_TESTS.resolve("standin_" + module + ".py"),
                    packages.resolve("reactor_udf/_" + module + ".py"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return settings(Path.of("python3"), tcp, List.of(), Duration.ofSeconds(30), packages);
    }

    /** Settings for one worker, with that package. */
    static SupervisorSettings settings(
            Path interpreter, boolean tcp, List<String> preload, Duration startTimeout, Path packages) {
        return new SupervisorSettings(
                interpreter,
                tcp,
                0,
                "fork",
                1,
                1,
                preload,
                List.of(),
                startTimeout,
                Duration.ZERO,
                WorkerLimits.NONE,
                packages);
    }

    static StandIn connect(Supervisor supervisor) throws IOException {
        WorkerAddress address = supervisor.address();
        SocketChannel channel;
        if (address.unixPath() == null) {
            channel = SocketChannel.open(address.tcpAddress());
        } else {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(address.unixPath()));
        }
        return new StandIn(channel);
    }

    void tell(String command) throws IOException {
        commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
    }

    String answer() throws IOException {
        return String.valueOf(answers.readLine());
    }

    String ask(String command) throws IOException {
        tell(command);
        return answer();
    }

    int pid() throws IOException {
        return Integer.parseInt(ask("pid"));
    }

    ProcessHandle process() throws IOException {
        return ProcessHandle.of(pid()).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
