package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.FrameType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.test.util.RaceTestUtils;

/** One evaluation, on a runtime of one worker, to which two things happen at once. */
final class RaceRun {

    private static final AtomicInteger NONCE = new AtomicInteger();

    final WorkerGate gate;
    final RaceSource source;
    final RaceSubscriber subscriber = new RaceSubscriber();

    private final PythonRuntime python;
    private final RaceScenario scenario;
    private final Set<RaceAction> actions;
    private final RaceSource otherSource;
    private final RaceSubscriber otherSubscriber = new RaceSubscriber();
    private final RuntimeException upstreamError = new IllegalStateException("upstream");
    private Udf udf = answer(0);

    RaceRun(
            PythonRuntime python,
            WorkerGate gate,
            BufferAllocator allocator,
            RaceScenario scenario,
            Set<RaceAction> actions) {
        this.python = python;
        this.gate = gate;
        this.source = new RaceSource(allocator);
        this.otherSource = new RaceSource(allocator);
        this.scenario = scenario;
        this.actions = actions;
    }

    private static Udf answer(int nonce) {
        return Udf.of("races:answer").on("x").with("nonce", nonce).as("y");
    }

    void useANewFunction() {
        udf = answer(NONCE.incrementAndGet());
    }

    /** Gives the worker to an evaluation that is over but for the worker's last word. */
    void occupyTheWorker() throws InterruptedException {
        otherSource.transform(python.evaluate(udf)).subscribe(otherSubscriber);
        otherSubscriber.request(1);
        otherSource.awaitRequest();
        otherSource.next(1);
        otherSubscriber.awaitResult();
        gate.closeAt(FrameType.ENDED);
        otherSubscriber.cancel();
        gate.awaitHeld();
    }

    void subscribe() {
        source.transform(python.evaluate(udf)).subscribe(subscriber);
    }

    /** Subscribes, requests, and waits until upstream was asked. */
    void begin(long requested) throws InterruptedException {
        subscribe();
        subscriber.request(requested);
        source.awaitRequest();
    }

    /** Gets there, has both happen at once, and sees to it that nothing is missing in the end. */
    void run(AllocatorWatch memory) throws InterruptedException {
        scenario.reach(this);
        RaceAction[] both = actions.toArray(RaceAction[]::new);
        RaceTestUtils.race(() -> perform(both[0]), () -> perform(both[both.length - 1]));
        finish();
        // The only worker is free once the evaluation is over.
        python.resultSchema(answer(0), Batches.RANGE_SCHEMA).block(Results.LIMIT);
        memory.awaitEmpty();
        assertEquals(List.of(), List.copyOf(subscriber.violations()));
    }

    private void perform(RaceAction action) {
        switch (action) {
            case CANCEL -> subscriber.cancel();
            case REQUEST -> subscriber.request(1);
            case UPSTREAM_NEXT -> source.next(3);
            case UPSTREAM_COMPLETE -> source.end(null);
            case UPSTREAM_ERROR -> source.end(upstreamError);
            case WORKER -> gate.open();
            case WORKER_LOST -> gate.disconnect();
        }
    }

    private void finish() throws InterruptedException {
        gate.open();
        if (actions.contains(RaceAction.CANCEL)) {
            return;
        }
        subscriber.request(Long.MAX_VALUE);
        source.complete();
        subscriber.awaitEnd();
        check(subscriber.error());
    }

    private void check(@Nullable Throwable error) {
        boolean lost = actions.contains(RaceAction.WORKER_LOST);
        boolean failed = actions.contains(RaceAction.UPSTREAM_ERROR);
        if (error == null) {
            assertTrue(!failed && scenario != RaceScenario.RAISING, "completed");
            assertEquals(source.emitted(), subscriber.received());
        } else if (lost && error != upstreamError) {
            assertInstanceOf(UdfException.class, error);
        } else if (scenario == RaceScenario.RAISING && error != upstreamError) {
            assertInstanceOf(PythonException.class, error);
        } else if (failed) {
            assertSame(upstreamError, error);
        } else {
            assertNull(error);
        }
    }
}
