package io.github.reactorudf;

import io.github.reactorudf.WireTap.Crossing;
import io.github.reactorudf.protocol.Credit;
import io.github.reactorudf.protocol.FrameType;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Replays the frames of one evaluation, as the JVM's event loop sees them, against the demand rules: credit is counted
 * as {@code docs/protocol.md} says, independently of the library, and what either side does without is a violation.
 *
 * <p>What the JVM sends is checked exactly. What the worker sends is checked against all that the JVM had granted when
 * it came in, which may be a moment more than the worker knew of.
 */
final class WireModel {

    private static final int HEADER = 24;
    private static final int DICTIONARY = 1;

    /** One direction's credit. */
    private static final class Side {

        private long batches;
        private long bytes;
        private long batchesOfUnit = 1;
        private boolean within;
        private long last;
        private boolean spent;
        private boolean wentOn;

        void add(Credit credit) {
            batches += credit.batches();
            bytes += credit.bytes();
        }

        boolean isSpent() {
            return batches <= 0 || bytes <= 0;
        }

        /** Spends what a frame costs; false if it starts a unit without credit. */
        boolean spend(Crossing frame) {
            boolean allowed = within || !isSpent();
            wentOn |= spent && !within;
            boolean borders = frame.type() == FrameType.BORDERS;
            within = borders || (frame.flags() & DICTIONARY) != 0;
            bytes -= frame.bytes() - HEADER;
            if (borders) {
                batchesOfUnit = frame.metadata().readableBytes() / Integer.BYTES;
            } else if (!within) {
                batches -= batchesOfUnit;
                last = batchesOfUnit;
                batchesOfUnit = 1;
            }
            spent = isSpent();
            return allowed;
        }
    }

    private final Credit window;
    private final LongSupplier requested;
    private final List<String> violations = new ArrayList<>();
    private final Side input = new Side();
    private final Side output = new Side();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch windowSent;

    private @Nullable Channel channel;
    private long evaluation;
    private long inputGranted;
    private long inputSent;
    private long outputGranted;
    private boolean completedByJvm;
    private boolean cancelledByJvm;
    private boolean doneByWorker;
    private boolean drained;
    private boolean merged;

    /** @param requested what downstream has asked for so far */
    WireModel(Credit window, LongSupplier requested) {
        this.window = window;
        this.requested = requested;
        this.inputGranted = window.batches();
        this.windowSent = new CountDownLatch((int) window.batches());
    }

    synchronized void see(Crossing crossing) {
        if (crossing.type() == FrameType.SETUP && evaluation == 0) {
            setup(crossing);
        } else if (crossing.channel() == channel && crossing.evaluation() == evaluation) {
            // Ids are of a connection: another run's may be the same.
            if (crossing.outgoing()) {
                ofJvm(crossing);
            } else {
                ofWorker(crossing);
            }
        }
    }

    private void setup(Crossing crossing) {
        evaluation = crossing.evaluation();
        channel = crossing.channel();
        crossing.channel().closeFuture().addListener(closed -> ended.countDown());
        check(crossing.setup("window").equals(window), "SETUP has window " + crossing.setup("window"));
        input.add(window);
        output.add(crossing.setup("demand"));
        output.spent = output.isSpent();
        outputGranted = crossing.setup("demand").batches();
        checkGrantOfOutput();
    }

    private void ofJvm(Crossing crossing) {
        switch (crossing.type()) {
            case PAYLOAD, BORDERS -> {
                check(!completedByJvm && !cancelledByJvm, "the JVM sent a " + crossing.type() + " after its end");
                check(input.spend(crossing), "the JVM started a unit without credit");
                check(input.batches >= 0, "the JVM sent a unit of more batches than it had credit for");
                merged |= crossing.type() == FrameType.BORDERS;
                for (long sent = 0; !input.within && sent < input.last; sent++) {
                    inputSent++;
                    windowSent.countDown();
                }
            }
            case REQUEST_N -> {
                output.add(crossing.granted());
                outputGranted += crossing.granted().batches();
                if (!doneByWorker) {
                    checkGrantOfOutput();
                }
            }
            case COMPLETE -> {
                check(!completedByJvm && !cancelledByJvm, "the JVM sent COMPLETE after its end");
                completedByJvm = true;
            }
            case CANCEL -> {
                check(!cancelledByJvm, "the JVM sent CANCEL twice");
                cancelledByJvm = true;
            }
            default -> check(false, "the JVM sent a " + crossing.type());
        }
    }

    private void checkGrantOfOutput() {
        check(outputGranted <= requested.getAsLong(), "the JVM granted more batches than downstream asked for");
        check(output.batches <= window.batches(), "the JVM granted more batches than a window at once");
        check(output.bytes <= window.bytes(), "the JVM granted more bytes than a window at once");
    }

    private void ofWorker(Crossing crossing) {
        check(ended.getCount() > 0, "the worker sent a " + crossing.type() + " after ENDED");
        switch (crossing.type()) {
            case PAYLOAD, BORDERS -> {
                check(!doneByWorker, "the worker sent a " + crossing.type() + " after its end");
                check(output.spend(crossing), "the worker started a unit without credit");
            }
            case REQUEST_N -> {
                input.add(crossing.granted());
                inputGranted += crossing.granted().batches();
                check(
                        inputGranted - window.batches() <= inputSent,
                        "the worker granted for more batches than it was sent");
                check(input.batches <= window.batches(), "the worker granted more batches than the window");
                check(input.bytes <= window.bytes(), "the worker granted more bytes than the window");
            }
            case COMPLETE, ERROR -> {
                check(!doneByWorker, "the worker ended twice");
                doneByWorker = true;
                drained = !completedByJvm && !cancelledByJvm;
            }
            case ENDED -> {
                check(completedByJvm || cancelledByJvm, "the worker sent ENDED before the JVM's end");
                check(doneByWorker || cancelledByJvm, "the worker sent ENDED without a result");
                ended.countDown();
            }
            default -> check(false, "the worker sent a " + crossing.type());
        }
    }

    private void check(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
        }
    }

    /** How many batches the JVM may have asked upstream for, so far. */
    synchronized long inputGranted() {
        return inputGranted;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** Where the evaluation was opened; null if it was not. */
    synchronized @Nullable Channel channel() {
        return channel;
    }

    /** Opens when ENDED came, or the connection was closed. */
    CountDownLatch ended() {
        return ended;
    }

    /** Opens when the JVM has sent as many batches as the window has. */
    CountDownLatch windowSent() {
        return windowSent;
    }

    /** Whether the input's credit was spent, and more was sent once there was credit again. */
    synchronized boolean inputWaited() {
        return input.wentOn;
    }

    /** Whether the output's credit was spent, and the worker sent more once there was credit again. */
    synchronized boolean outputWaited() {
        return output.wentOn;
    }

    /** Whether the JVM sent several batches as one. */
    synchronized boolean merged() {
        return merged;
    }

    /** Whether the worker's end came before the JVM's. */
    synchronized boolean drained() {
        return drained;
    }

    @Override
    public synchronized String toString() {
        return "evaluation " + evaluation + ": input credit " + input.batches + " batches, " + input.bytes + " bytes, "
                + inputSent + " sent; output credit " + output.batches + " batches, " + output.bytes + " bytes; "
                + "JVM completed " + completedByJvm + ", cancelled " + cancelledByJvm + "; worker done "
                + doneByWorker + ", ended " + (ended.getCount() == 0);
    }
}
