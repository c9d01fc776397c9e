package io.github.reactorudf.transport;

import io.github.reactorudf.protocol.Frame;

/** Takes the frames of one evaluation. Called on the connection's event loop only. */
public interface FrameReceiver {

    /** A frame of the evaluation; the receiver owns the body of a payload. */
    void onFrame(Frame frame);

    /** The connection ended before the evaluation did; no frame follows. */
    void onLost(Throwable cause);
}
