package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.worker.Supervisor;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Over TCP on the loopback interface. */
@Tag("full")
class TcpTransportTest extends TransportContract {

    TcpTransportTest(@TempDir Path directory) {
        super(directory);
    }

    @Override
    Workers workers() {
        return Workers.local(1).overTcp();
    }

    @Override
    SocketAddress address(Supervisor supervisor) {
        InetSocketAddress address = supervisor.address().tcpAddress();
        assertTrue(address.getAddress().isLoopbackAddress());
        return address;
    }

    /** A segment of the loopback interface is 64 KiB; with less, TCP waits for its delayed acknowledgements. */
    @Override
    int smallBuffer() {
        return 1 << 16;
    }

    @Override
    void assertNothingListens(Supervisor supervisor) {
        InetSocketAddress address = supervisor.address().tcpAddress();
        assertThrows(ConnectException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
    }
}
