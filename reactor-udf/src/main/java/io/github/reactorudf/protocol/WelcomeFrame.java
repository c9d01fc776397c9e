package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The worker's answer to {@link HelloFrame}: the version chosen, and who it is. */
public record WelcomeFrame(int version, int pid, String python, String pyarrow) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.WELCOME;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), 0, Json.write(new Metadata(version, pid, python, pyarrow)));
    }

    static WelcomeFrame decode(byte[] metadata) {
        Metadata read = Json.read(FrameType.WELCOME, metadata, Metadata.class);
        return new WelcomeFrame(read.version, read.pid, read.python, read.pyarrow);
    }

    private record Metadata(int version, int pid, String python, String pyarrow) {}
}
