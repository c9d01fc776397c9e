package io.github.reactorudf.benchmarks;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.function.BooleanSupplier;

/**
 * Lets a writer sleep until its call takes more, where Flight's client would spin. Calls on a channel share it: each
 * looks for itself when any of them is ready.
 */
final class ReadySignal implements ClientInterceptor {

    private static final int THRESHOLD = 1 << 20;

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel channel) {
        return new SimpleForwardingClientCall<>(channel.newCall(method, options.withOnReadyThreshold(THRESHOLD))) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(signalling(listener), headers);
            }
        };
    }

    private <A> ClientCall.Listener<A> signalling(ClientCall.Listener<A> listener) {
        return new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onReady() {
                super.onReady();
                signal();
            }
        };
    }

    private synchronized void signal() {
        notifyAll();
    }

    synchronized void await(BooleanSupplier ready) throws InterruptedException {
        while (!ready.getAsBoolean()) {
            wait();
        }
    }
}
