package io.github.reactorudf.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestAllocator.class)
class ArrowMemoryTest {
    private static final byte[] TEXT = "0123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void ownMemoryIsSlicedAndKeptAliveByTheSlice(BufferAllocator allocator) {
        ArrowBuf buf = filled(allocator);
        ByteBuf slice = ArrowMemory.toByteBuf(buf.slice(2, 8), 1, 4);
        assertEquals(buf.memoryAddress() + 3, slice.memoryAddress());
        buf.close();
        assertEquals("3456", slice.toString(StandardCharsets.US_ASCII));
        slice.release();
    }

    @Test
    void otherMemoryIsCopied() {
        try (BufferAllocator other = new RootAllocator();
                ArrowBuf buf = filled(other)) {
            ByteBuf copy = ArrowMemory.toByteBuf(buf, 3, 4);
            assertNotEquals(buf.memoryAddress() + 3, copy.memoryAddress());
            assertEquals("3456", copy.toString(StandardCharsets.US_ASCII));
            copy.release();
        }
    }

    @Test
    void everyKindOfBufferIsCopiedIn(BufferAllocator allocator) {
        try (BufferAllocator other = new RootAllocator()) {
            for (BufferAllocator target : List.of(allocator, other)) {
                assertCopies(target, () -> Unpooled.wrappedBuffer(TEXT));
                assertCopies(
                        target,
                        () -> PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(TEXT));
                assertCopies(
                        target,
                        () -> Unpooled.wrappedBuffer(
                                Unpooled.wrappedBuffer(TEXT, 0, 3),
                                Unpooled.directBuffer().writeBytes(TEXT, 3, 7)));
            }
        }
    }

    @Test
    void copiesOutsideOfEitherSideAreRefused(BufferAllocator allocator) {
        try (BufferAllocator other = new RootAllocator()) {
            for (BufferAllocator target : List.of(allocator, other)) {
                try (ArrowBuf buf = target.buffer(16)) {
                    ByteBuf direct = Unpooled.directBuffer().writeBytes(TEXT);
                    assertThrows(IndexOutOfBoundsException.class, () -> ArrowMemory.copy(direct, 10, buf, 7));
                    assertThrows(IndexOutOfBoundsException.class, () -> ArrowMemory.copy(direct, 11, buf, 0));
                    assertThrows(IndexOutOfBoundsException.class, () -> ArrowMemory.toByteBuf(buf, 8, 9));
                    direct.release();
                }
            }
        }
    }

    @Test
    void theLimitIsAnErrorAndSizesAreWhatWasAskedFor() {
        try (BufferAllocator limited = ArrowMemory.newRootAllocator(1_000);
                ArrowBuf buf = limited.buffer(600)) {
            assertEquals(600, limited.getAllocatedMemory());
            assertEquals(600, buf.capacity());
            assertThrows(OutOfMemoryException.class, () -> limited.buffer(500));
            assertEquals(600, limited.getAllocatedMemory());
        }
    }

    @Test
    void noBufferIsOverTwoGibibytes() {
        try (BufferAllocator unlimited = ArrowMemory.newRootAllocator(Long.MAX_VALUE)) {
            assertThrows(OutOfMemoryException.class, () -> unlimited.buffer(1L << 31));
            assertEquals(0, unlimited.getAllocatedMemory());
        }
    }

    private static void assertCopies(BufferAllocator target, Supplier<ByteBuf> source) {
        ByteBuf src = source.get();
        try (ArrowBuf buf = target.buffer(16)) {
            src.skipBytes(1);
            ArrowMemory.copy(src, 4, buf, 0);
            ArrowMemory.copy(src, 5, buf, 4);
            assertEquals(9, buf.writerIndex());
            assertEquals(0, src.readableBytes());
            byte[] copied = new byte[9];
            buf.getBytes(0, copied);
            assertEquals("123456789", new String(copied, StandardCharsets.US_ASCII));
        } finally {
            src.release();
        }
    }

    private static ArrowBuf filled(BufferAllocator allocator) {
        ArrowBuf buf = allocator.buffer(TEXT.length);
        buf.setBytes(0, TEXT);
        return buf;
    }
}
