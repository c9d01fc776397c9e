package io.github.reactorudf.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/** The JVM's first frame: the versions it knows, best first, and the secret of the worker's address (rule P5). */
public record HelloFrame(List<Integer> versions, String secret) implements Frame {

    @Override
    public FrameType type() {
        return FrameType.HELLO;
    }

    @Override
    public ByteBuf encode(ByteBufAllocator allocator) {
        return Frame.encode(allocator, type(), 0, Json.write(new Metadata(versions, secret)));
    }

    static HelloFrame decode(byte[] metadata) {
        Metadata read = Json.read(FrameType.HELLO, metadata, Metadata.class);
        return new HelloFrame(List.copyOf(read.versions), read.secret);
    }

    /** Keeps the secret out of logs. */
    @Override
    public String toString() {
        return "HelloFrame[versions=" + versions + "]";
    }

    private record Metadata(List<Integer> versions, String secret) {}
}
