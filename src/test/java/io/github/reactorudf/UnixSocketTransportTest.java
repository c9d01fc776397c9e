package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.reactorudf.transport.WorkerConnector;
import io.github.reactorudf.worker.Supervisor;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a Unix domain socket, which is the default. */
class UnixSocketTransportTest extends TransportContract {

    UnixSocketTransportTest(@TempDir Path directory) {
        super(directory);
    }

    @Override
    Workers workers() {
        return Workers.local(1);
    }

    @Override
    SocketAddress address(Supervisor supervisor) {
        return WorkerConnector.unix(path(supervisor));
    }

    @Override
    int smallBuffer() {
        return 4096;
    }

    @Override
    void assertNothingListens(Supervisor supervisor) {
        assertFalse(Files.exists(path(supervisor)));
        assertFalse(Files.exists(path(supervisor).getParent()));
    }

    @Test
    void theSocketIsTheUsersOwn() throws IOException {
        Path socket = path(supervisor(python()));
        assertEquals(PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(socket.getParent()));
    }

    private static Path path(Supervisor supervisor) {
        return Objects.requireNonNull(supervisor.address().unixPath());
    }
}
