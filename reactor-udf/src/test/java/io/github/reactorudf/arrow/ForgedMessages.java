package io.github.reactorudf.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/** Arrow messages with whatever in them a test wants. */
final class ForgedMessages {
    private ForgedMessages() {}

    private static final long BODY_LENGTH = 0x0123_4567_89AB_CDEFL;

    /** Replaces the placeholder of the body's length. */
    static void announce(byte[] metadata, long length) {
        ByteBuffer bytes = ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + Long.BYTES <= metadata.length; i += Integer.BYTES) {
            if (bytes.getLong(i) == BODY_LENGTH) {
                bytes.putLong(i, length);
            }
        }
    }

    static long[] nodes(long... lengthsAndNulls) {
        return lengthsAndNulls;
    }

    static long[] buffers(long... offsetsAndLengths) {
        return offsetsAndLengths;
    }

    static byte[] ints(int bytes, int... values) {
        ByteBuffer body = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            body.putInt(value);
        }
        return body.array();
    }

    static byte[] batch(long length, long[] nodes, long[] buffers) {
        return batch(length, nodes, buffers, new long[0], false);
    }

    static byte[] batch(long length, long[] nodes, long[] buffers, long[] variadic, boolean compressed) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int header = batch(builder, length, nodes, buffers, variadic, compressed);
        return Encapsulation.wrap(MessageSerializer.serializeMessage(
                builder, MessageHeader.RecordBatch, header, BODY_LENGTH, IpcOption.DEFAULT));
    }

    static byte[] dictionary(long id, boolean delta) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int data = batch(builder, 2, nodes(2, 0), buffers(0, 0, 0, 12, 16, 2), new long[0], false);
        int header = DictionaryBatch.createDictionaryBatch(builder, id, data, delta);
        byte[] message = Encapsulation.wrap(MessageSerializer.serializeMessage(
                builder, MessageHeader.DictionaryBatch, header, BODY_LENGTH, IpcOption.DEFAULT));
        announce(message, 24);
        return message;
    }

    private static int batch(
            FlatBufferBuilder builder, long length, long[] nodes, long[] buffers, long[] variadic, boolean compressed) {
        RecordBatch.startNodesVector(builder, nodes.length / 2);
        for (int i = nodes.length - 2; i >= 0; i -= 2) {
            FieldNode.createFieldNode(builder, nodes[i], nodes[i + 1]);
        }
        int nodesOffset = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers.length / 2);
        for (int i = buffers.length - 2; i >= 0; i -= 2) {
            Buffer.createBuffer(builder, buffers[i], buffers[i + 1]);
        }
        int buffersOffset = builder.endVector();
        int variadicOffset = variadic.length == 0 ? 0 : RecordBatch.createVariadicBufferCountsVector(builder, variadic);
        int compression = compressed ? BodyCompression.createBodyCompression(builder, (byte) 0, (byte) 0) : 0;
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, length);
        RecordBatch.addNodes(builder, nodesOffset);
        RecordBatch.addBuffers(builder, buffersOffset);
        if (compressed) {
            RecordBatch.addCompression(builder, compression);
        }
        if (variadicOffset != 0) {
            RecordBatch.addVariadicBufferCounts(builder, variadicOffset);
        }
        return RecordBatch.endRecordBatch(builder);
    }
}
