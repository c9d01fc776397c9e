package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlCodecTest {

    private static final List<ControlFrame> FRAMES = List.of(
            start("s"),
            new ControlFrame.Spawn(),
            new ControlFrame.Dump(12),
            new ControlFrame.Stack(12, "File 1"),
            new ControlFrame.Cancel(12, 1L << 62),
            new ControlFrame.Kill(12),
            new ControlFrame.Exited(12, null, 9, "SIGKILL", "File 1", List.of("a", "b")),
            new ControlFrame.Exited(13, 0, null, null, null, null),
            new ControlFrame.Log("stderr", "naïve 😀", 12, "WARN"),
            new ControlFrame.Failed("no"));

    @Test
    void framesCrossAPipe() throws IOException {
        try (PipedInputStream in = new PipedInputStream(1 << 16);
                OutputStream out = new PipedOutputStream(in)) {
            assertFramesCross(in, out);
        }
    }

    @Test
    void framesCrossASocket() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket far = listener.accept()) {
            assertFramesCross(far.getInputStream(), near.getOutputStream());
        }
    }

    private static void assertFramesCross(InputStream in, OutputStream out) throws IOException {
        for (ControlFrame frame : FRAMES) {
            ControlCodec.write(out, frame);
        }
        out.close();
        for (ControlFrame frame : FRAMES) {
            assertEquals(frame, ControlCodec.read(in));
        }
        assertNull(ControlCodec.read(in));
    }

    @Test
    void aFrameIsALittleEndianLengthAndJson() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ControlCodec.write(out, new ControlFrame.Kill(7));
        assertArrayEquals(
                "\u0017\0\0\0{\"type\":\"KILL\",\"pid\":7}".getBytes(StandardCharsets.ISO_8859_1), out.toByteArray());
    }

    @Test
    void addressesAreAPathOrAHostAndAPort() throws IOException {
        assertEquals(
                new ControlFrame.Started(new WorkerAddress(Path.of("/d/socket"), null, 0), "3.11.7", "26.0.0", "spawn"),
                read(
                        "{\"type\":\"STARTED\",\"address\":{\"unix\":\"/d/socket\"},\"python\":\"3.11.7\",\"pyarrow\":\"26.0.0\",\"mode\":\"spawn\"}"));
        assertEquals(
                new ControlFrame.Started(new WorkerAddress(null, "127.0.0.1", 5), "3.11.7", null, null),
                read(
                        "{\"type\":\"STARTED\",\"address\":{\"host\":\"127.0.0.1\",\"port\":5},\"python\":\"3.11.7\",\"new\":1}"));
    }

    @Test
    void whatIsNoFrameIsRefused() {
        for (String body : List.of(
                "{",
                "[]",
                "{}",
                "{\"type\":\"NEW\"}",
                "{\"type\":\"STARTED\",\"python\":\"3.11.7\"}",
                "{\"type\":\"STARTED\",\"address\":5}",
                "{\"type\":\"EXITED\",\"pid\":5}",
                "{\"type\":\"EXITED\",\"exitCode\":5}",
                "{\"type\":\"STACK\",\"pid\":5}",
                "{\"type\":\"FAILED\"}",
                "{\"type\":\"LOG\"}")) {
            assertThrows(IOException.class, () -> read(body), body);
        }
        byte[] tooLong = {1, 0, 16, 0};
        assertThrows(IOException.class, () -> ControlCodec.read(new ByteArrayInputStream(tooLong)));
    }

    @Test
    void anEndWithinAFrameIsNotTheEnd() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ControlCodec.write(out, new ControlFrame.Kill(7));
        for (int length : new int[] {2, 4, 9}) {
            InputStream in = new ByteArrayInputStream(Arrays.copyOf(out.toByteArray(), length));
            assertThrows(EOFException.class, () -> ControlCodec.read(in));
        }
    }

    @Test
    void theSecretIsNotPrinted() {
        assertFalse(start("s3cret").toString().contains("s3cret"));
    }

    @Test
    void linesHaveALevelAndPerhapsAProcess() throws IOException {
        assertEquals(
                new ControlFrame.Log("stdout", "a", null, "INFO"),
                read("{\"type\":\"LOG\",\"source\":\"stdout\",\"line\":\"a\"}"));
    }

    private static ControlFrame start(String secret) {
        return new ControlFrame.Start(
                secret,
                "/d",
                Map.of("unix", "/d"),
                List.of("pyarrow"),
                List.of("numpy"),
                1 << 20,
                "fork",
                4,
                2,
                30_000,
                200_000,
                1L << 32,
                1000,
                1L << 33);
    }

    private static ControlFrame read(String body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(new byte[] {(byte) bytes.length, (byte) (bytes.length >> Byte.SIZE), 0, 0});
        out.writeBytes(bytes);
        ControlFrame frame = ControlCodec.read(new ByteArrayInputStream(out.toByteArray()));
        if (frame == null) {
            throw new AssertionError("no frame");
        }
        return frame;
    }
}
