package io.github.reactorudf;

import io.github.reactorudf.arrow.IpcEncoder;
import io.github.reactorudf.arrow.IpcMessage;
import io.github.reactorudf.protocol.BordersFrame;
import io.github.reactorudf.protocol.PayloadFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the batches of an input and sends them, one by one or merged, within the credit. On the encoder's thread, but
 * for what says otherwise.
 */
final class UnitSender {

    private final Evaluation evaluation;
    private final EvaluationInput input;
    private final Trip trip;
    private final long id;
    private final ByteBufAllocator frames;
    private final IpcEncoder encoder;
    private final @Nullable Merging merging;

    /** @param merges whether batches may be sent as one */
    UnitSender(
            Evaluation evaluation, EvaluationInput input, Trip trip, long id, ByteBufAllocator frames, boolean merges) {
        this.evaluation = evaluation;
        this.input = input;
        this.trip = trip;
        this.id = id;
        this.frames = frames;
        this.encoder = new IpcEncoder(trip.sent());
        this.merging = merges
                ? new Merging(
                        (one, other) -> encoder.sameDictionaries(one.dictionaries(), other.dictionaries()),
                        evaluation.flux.runtime.unitSizes())
                : null;
    }

    /** Sends a batch, or keeps it until it is sent; it is taken over unless this throws. */
    void send(RecordBatch batch) {
        List<FieldVector> columns = columns(batch);
        if (merging != null) {
            long bytes = columns.stream().mapToLong(FieldVector::getBufferSize).sum();
            input.credit.keep(bytes, batch.sizeInBytes());
            merging.add(batch, bytes);
            return;
        }
        List<IpcMessage> messages = encoder.encode(columns, batch.rowCount(), batch.dictionaries());
        input.credit.spend(bytes(messages), trip.rowAligned() ? batch.sizeInBytes() : 0);
        if (trip.rowAligned()) {
            evaluation.hold(batch);
        }
        send(messages, null, trip.rowAligned() ? () -> {} : batch::close);
    }

    /** Sends of what was kept what may go now. */
    void flush(boolean more) {
        List<Merging.Waiting> unit = take(more);
        while (!unit.isEmpty()) {
            send(unit);
            unit = take(more);
        }
    }

    private List<Merging.Waiting> take(boolean more) {
        return merging != null && input.credit.maySendKept() ? merging.next(more) : List.of();
    }

    private void send(List<Merging.Waiting> unit) {
        List<RecordBatch> batches = unit.stream().map(Merging.Waiting::batch).toList();
        List<IpcMessage> messages;
        try {
            messages = encode(batches);
        } catch (RuntimeException e) {
            batches.forEach(RecordBatch::close);
            throw e;
        }
        List<Integer> rows = batches.stream().map(RecordBatch::rowCount).toList();
        BordersFrame borders = rows.size() == 1 ? null : new BordersFrame(id, rows);
        long reckoned = unit.stream().mapToLong(Merging.Waiting::bytes).sum();
        long bytes = bytes(messages) + (borders == null ? 0 : borders.bytes());
        input.credit.spendKept(unit.size(), reckoned, bytes);
        batches.forEach(evaluation::hold);
        send(messages, borders, () -> {});
    }

    private List<IpcMessage> encode(List<RecordBatch> batches) {
        RecordBatch first = batches.get(0);
        if (batches.size() == 1) {
            return encoder.encode(columns(first), first.rowCount(), first.dictionaries());
        }
        int rows = batches.stream().mapToInt(RecordBatch::rowCount).sum();
        return encoder.encodeMerged(batches.stream().map(this::columns).toList(), rows, first.dictionaries());
    }

    private List<FieldVector> columns(RecordBatch batch) {
        List<FieldVector> columns = new ArrayList<>(trip.reads().size());
        for (int index : trip.reads()) {
            columns.add(batch.column(index));
        }
        return columns;
    }

    private static long bytes(List<IpcMessage> messages) {
        long bytes = 0;
        for (IpcMessage message : messages) {
            bytes += message.metadata().length + message.bodyLength();
        }
        return bytes;
    }

    /** @param done runs once the last frame is written, or never will be */
    private void send(List<IpcMessage> messages, @Nullable BordersFrame borders, Runnable done) {
        boolean right = input.side == EvaluationInput.RIGHT;
        for (int i = 0; i < messages.size(); i++) {
            boolean last = i == messages.size() - 1;
            if (last && borders != null) {
                evaluation.send(borders.encode(frames), () -> {});
            }
            ByteBuf frame = PayloadFrame.encode(frames, id, right, messages.get(i));
            evaluation.send(frame, last ? done : () -> {});
        }
    }

    /** Whether {@link #flush} may send something now. Any thread. */
    boolean mayFlush() {
        return merging != null && merging.mayHaveNext() && input.credit.maySendKept();
    }

    /** Whether nothing is kept. Any thread. */
    boolean isEmpty() {
        return merging == null || merging.isEmpty();
    }

    /** Results of so many batches came. Any thread. */
    void answered(int batches) {
        if (merging != null) {
            merging.answered(batches);
        }
    }

    /** Releases what is kept. Any thread. */
    void close() {
        if (merging != null) {
            merging.close();
        }
    }
}
