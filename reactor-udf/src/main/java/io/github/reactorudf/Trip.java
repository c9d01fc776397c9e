package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.protocol.PreparedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What crosses the wire in an evaluation, as the worker prepared it. Schemas are in message format.
 *
 * @param reads the indexes of the input columns that are sent
 * @param sent the schema of these
 * @param rowAligned whether the worker gives the result columns alone, to be joined to the input's
 * @param received the schema of what the worker gives
 */
record Trip(Schema input, List<Integer> reads, Schema sent, boolean rowAligned, Schema received) {

    static Trip of(Schema input, PreparedFrame prepared) {
        List<Field> fields = new ArrayList<>();
        for (int index : prepared.reads()) {
            if (index < 0 || index >= input.getFields().size()) {
                throw new ProtocolException("the worker wants to read column " + index + " of "
                        + input.getFields().size());
            }
            fields.add(input.getFields().get(index));
        }
        Schema received = IpcSchema.read(ByteBuffer.wrap(prepared.schema()));
        return new Trip(input, prepared.reads(), new Schema(fields), prepared.rowAligned(), received);
    }

    /** The schema of what downstream gets. */
    Schema result() {
        if (!rowAligned) {
            return received;
        }
        List<Field> fields = new ArrayList<>(input.getFields());
        fields.addAll(received.getFields());
        return new Schema(fields, input.getCustomMetadata());
    }
}
