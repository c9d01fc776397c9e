package io.github.reactorudf.transport;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** Tells BlockHound, where it is there, that an event loop which yields in a {@link BusyWait} does not block. */
public final class BusyWaitIntegration implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside(BusyWait.class.getName(), "look");
    }
}
