package io.github.reactorudf.worker;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection becomes a worker: the path of a Unix domain socket, or a host and a port.
 *
 * @param unixPath null for TCP
 * @param host null for a Unix domain socket
 */
public record WorkerAddress(
        @Nullable Path unixPath, @Nullable String host, int port) {

    @JsonCreator
    static WorkerAddress of(
            @JsonProperty("unix") @Nullable String unix,
            @JsonProperty("host") @Nullable String host,
            @JsonProperty("port") int port) {
        return new WorkerAddress(unix == null ? null : Path.of(unix), host, port);
    }

    /** The address of a TCP listener. */
    public InetSocketAddress tcpAddress() {
        return new InetSocketAddress(Objects.requireNonNull(host, "not an address of TCP"), port);
    }
}
