package io.github.reactorudf.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.reactorudf.arrow.ArrowMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {

    private static final int BODY = 100_000;
    private static final int FIRST_READ = 1000;

    private final BufferAllocator allocator = ArrowMemory.newRootAllocator(Long.MAX_VALUE);
    private final byte[] frame = frame();

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
    }

    @Test
    void aBodyThatIsReadIntoItsMemoryIsThere() {
        List<Frame> frames = new ArrayList<>();
        try (FrameDecoder decoder = new FrameDecoder(allocator, frames::add)) {
            assertNull(decoder.missingBody(), "between frames");
            decoder.decode(Unpooled.wrappedBuffer(frame, 0, FIRST_READ));
            int read = FIRST_READ;
            for (ByteBuf memory = decoder.missingBody(); memory != null; memory = decoder.missingBody()) {
                assertEquals(frame.length - read, memory.writableBytes());
                int some = Math.min(30_000, frame.length - read);
                memory.writeBytes(frame, read, some);
                decoder.decode(memory);
                assertEquals(0, memory.readableBytes());
                memory.release();
                read += some;
            }
            decoder.decode(Unpooled.wrappedBuffer(frame, read, frame.length - read));
            assertBody(frames);
        }
    }

    @Test
    void memoryThatWasGivenMayStayUnused() {
        List<Frame> frames = new ArrayList<>();
        try (FrameDecoder decoder = new FrameDecoder(allocator, frames::add)) {
            decoder.decode(Unpooled.wrappedBuffer(frame, 0, FIRST_READ));
            ByteBuf unused = decoder.missingBody();
            assertNotNull(unused);
            unused.release();
            decoder.decode(Unpooled.wrappedBuffer(frame, FIRST_READ, frame.length - FIRST_READ));
            assertBody(frames);
        }
    }

    @Test
    void memoryOutlivesTheDecoder() {
        FrameDecoder decoder = new FrameDecoder(allocator, frame -> {});
        decoder.decode(Unpooled.wrappedBuffer(frame, 0, FIRST_READ));
        ByteBuf memory = decoder.missingBody();
        assertNotNull(memory);
        decoder.close();
        assertNull(decoder.missingBody(), "after the end");
        memory.writeBytes(frame, FIRST_READ, memory.writableBytes());
        memory.release();
    }

    @Test
    void memoryOfAnotherKindIsCopiedTo() {
        List<Frame> frames = new ArrayList<>();
        try (BufferAllocator other = new RootAllocator();
                FrameDecoder decoder = new FrameDecoder(other, frames::add)) {
            decoder.decode(Unpooled.wrappedBuffer(frame, 0, FIRST_READ));
            assertNull(decoder.missingBody());
            decoder.decode(Unpooled.wrappedBuffer(frame, FIRST_READ, frame.length - FIRST_READ));
            assertBody(frames);
        }
    }

    private byte[] frame() {
        byte[] content = new byte[BODY];
        new Random(7).nextBytes(content);
        ArrowBuf body = allocator.buffer(BODY);
        body.writeBytes(content);
        try (body) {
            ByteBuf encoded = new PayloadFrame(1, false, false, new byte[8], body).encode(ByteBufAllocator.DEFAULT);
            byte[] bytes = new byte[encoded.readableBytes()];
            encoded.readBytes(bytes).release();
            return bytes;
        }
    }

    private void assertBody(List<Frame> frames) {
        assertEquals(1, frames.size());
        ArrowBuf body = ((PayloadFrame) frames.get(0)).body();
        try (body) {
            byte[] bytes = new byte[BODY];
            body.getBytes(0, bytes);
            assertEquals(Unpooled.wrappedBuffer(frame, frame.length - BODY, BODY), Unpooled.wrappedBuffer(bytes));
        }
    }
}
