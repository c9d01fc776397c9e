package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** That a run of the tests is on the JDK and the transport that the build says it is on. */
class TestedPlatformTest extends PythonTest {

    @Test
    void theJdk() {
        int said = Integer.getInteger("reactorudf.tests.jdk", Runtime.version().feature());
        assertEquals(said, Runtime.version().feature());
    }

    @Test
    void theTransport() {
        AtomicReference<Channel> channel = new AtomicReference<>();
        PythonRuntime python = python(channel::set);
        Results.borders(Batches.ranges(allocator, 1, 1)
                .transform(python.evaluate(Udf.of("reference:double").on("x"))));
        boolean epoll = Boolean.parseBoolean(System.getProperty("reactor.netty.native", "true")) && Epoll.isAvailable();
        String loop = channel.get().eventLoop().getClass().getSimpleName();
        String type = channel.get().getClass().getSimpleName();
        assertEquals(epoll ? "EpollDomainSocketChannel" : "NioDomainSocketChannel", type, () -> "on a loop of " + loop);
    }
}
