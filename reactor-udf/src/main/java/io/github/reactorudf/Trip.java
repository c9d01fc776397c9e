package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcSchema;
import io.github.reactorudf.arrow.MergedColumns;
import io.github.reactorudf.protocol.PreparedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What crosses the wire in an evaluation of one input, or of one of two, as the worker prepared it. Schemas are in
 * message format.
 *
 * @param reads the indexes of the input columns that are sent
 * @param sent the schema of these
 * @param rowAligned whether the worker gives the result columns alone, to be joined to the input's
 * @param received the schema of what the worker gives
 * @param rowWise whether each row's result depends on that row alone (rule P24)
 */
record Trip(Schema input, List<Integer> reads, Schema sent, boolean rowAligned, Schema received, boolean rowWise) {

    /**
     * The trip of each input.
     *
     * @param inputs the schemas of the inputs, of which there are one or two
     */
    static List<Trip> of(List<Schema> inputs, PreparedFrame prepared) {
        List<Integer> readsRight = prepared.readsRight();
        if ((readsRight == null) != (inputs.size() == 1)) {
            throw new ProtocolException("the worker prepared " + (readsRight == null ? "one input" : "two inputs")
                    + ", but there are " + inputs.size());
        }
        Schema received = IpcSchema.read(ByteBuffer.wrap(prepared.schema()));
        Trip left = of(inputs.get(0), prepared.reads(), prepared.rowAligned(), received, prepared.rowWise());
        if (readsRight == null) {
            return List.of(left);
        }
        if (prepared.rowAligned()) {
            throw new ProtocolException("the worker says that it gives a row for each row of two inputs");
        }
        return List.of(left, of(inputs.get(1), readsRight, false, received, false));
    }

    private static Trip of(Schema input, List<Integer> reads, boolean rowAligned, Schema received, boolean rowWise) {
        List<Field> fields = new ArrayList<>();
        int last = -1;
        for (int index : reads) {
            if (index <= last && index >= 0) {
                throw new ProtocolException(
                        "the worker wants to read the columns " + reads + ", which are not ascending");
            }
            last = index;
            if (index < 0 || index >= input.getFields().size()) {
                throw new ProtocolException("the worker wants to read column " + index + " of "
                        + input.getFields().size());
            }
            fields.add(input.getFields().get(index));
        }
        return new Trip(input, reads, new Schema(fields), rowAligned, received, rowWise);
    }

    /** Whether several batches can be sent as one. */
    boolean mergeable() {
        return rowWise && rowAligned && MergedColumns.takes(sent);
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
