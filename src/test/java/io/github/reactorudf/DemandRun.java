package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.DemandFunction.Script;
import io.github.reactorudf.DemandScenario.Cancel;
import io.github.reactorudf.WireTap.Crossing;
import io.github.reactorudf.WireTap.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** One evaluation of a {@link DemandScenario}, with what is to hold of it and what it has shown. */
final class DemandRun {

    private static final Duration LIMIT = Results.LIMIT;

    /** What may come of a run, of which the test counts the runs in which it came. */
    enum Event {
        INPUT_SOCKET_FULL,
        OUTPUT_SOCKET_FULL,
        BOTH_FULL,
        INPUT_CREDIT_SPENT,
        OUTPUT_CREDIT_SPENT,
        DRAINED,
        MERGED,
        CANCELLED,
        FAILED
    }

    private final DemandScenario scenario;
    private final Script script;
    private final RuntimeException upstreamError = new IllegalStateException("upstream");
    private final DemandSubscriber subscriber;
    private final ScriptedSource source;
    private final WireModel model;
    private final Random unitSizes;

    private volatile @Nullable String beyondGrant;
    private volatile boolean inputFull;
    private volatile boolean outputFull;
    private volatile boolean bothFull;
    private int frames;

    /**
     * @param allocator of the source's batches: of this run alone
     * @param elsewhere threads other than those of the library
     */
    DemandRun(DemandScenario scenario, long seed, BufferAllocator allocator, Scheduler elsewhere, Executor emitter) {
        this.scenario = scenario;
        this.script = scenario.function().script().apply(scenario.emitted());
        this.subscriber = new DemandSubscriber(scenario, script.outputs(), new Random(seed), elsewhere, this::result);
        this.model = new WireModel(scenario.window(), subscriber::requested);
        this.unitSizes = new Random(seed);
        this.source = new ScriptedSource(
                allocator,
                scenario.emitted(),
                scenario.errorAfter() < 0 ? null : upstreamError,
                scenario.emission() == DemandScenario.Emission.IN_REQUEST ? Runnable::run : emitter,
                scenario.emission() == DemandScenario.Emission.AFTER_RESULT,
                this::asked,
                this::emitted);
    }

    void see(Crossing crossing) {
        model.see(crossing);
        if (crossing.channel() == model.channel()
                && scenario.cancel() == Cancel.AT_FRAME
                && frames++ == scenario.cancelAt()) {
            subscriber.cancel();
        }
    }

    /** How many batches of a row-wise function are sent as one: no more than the source gives unanswered. */
    synchronized int unitSize() {
        return scenario.emission() == DemandScenario.Emission.AFTER_RESULT ? 1 : 1 + unitSizes.nextInt(4);
    }

    void see(Moment moment) {
        if (moment.channel() != model.channel()) {
            return;
        }
        // The kernel holds less than this of the frame's rest: the worker is still handing it over.
        boolean output = moment.pendingIncoming() > 4L * scenario.socketBuffer();
        boolean input = moment.pendingOutgoing() > 0;
        inputFull |= input;
        outputFull |= output;
        bothFull |= input && output;
    }

    private void asked(long requested) {
        long granted = model.inputGranted();
        if (requested > granted) {
            beyondGrant = "upstream was asked for " + requested + " batches when " + granted + " were granted";
        }
    }

    private void emitted(int count) {
        if (count == scenario.fill()) {
            subscriber.filled();
        }
        if (scenario.cancel() == Cancel.AT_INPUT && count == scenario.cancelAt() + 1) {
            subscriber.cancel();
        }
    }

    private void result() {
        source.resultArrived();
    }

    /** Runs to the end, and fails if it is not as it should be. */
    void run(PythonRuntime python, Scheduler publisher) throws InterruptedException {
        BatchTransform transform = python.evaluate(scenario.function().udf())
                .window((int) scenario.window().batches(), scenario.window().bytes())
                .maxHeldBytes(scenario.maxHeldBytes());
        if (scenario.schemaTold()) {
            transform = transform.inputSchema(Batches.RANGE_SCHEMA);
        }
        if (scenario.publishElsewhere()) {
            transform = transform.publishOn(publisher);
        }
        source.transform(transform).subscribe(subscriber);
        if (scenario.fill() == 0) {
            subscriber.filled();
        }
        if (scenario.cancel() == Cancel.AT_ONCE) {
            subscriber.cancel();
        }
        await(subscriber.over());
        // The only worker is had once the evaluation is over, even if it was never opened.
        python.resultSchema(scenario.function().udf(), Batches.RANGE_SCHEMA).block(LIMIT);
        if (model.channel() != null) {
            await(model.ended());
        }
        check();
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS), () -> "hangs: " + this);
    }

    private void check() {
        assertNull(subscriber.mismatch(), this::toString);
        assertNull(beyondGrant, this::toString);
        assertEquals(List.of(), model.violations(), this::toString);
        Throwable error = subscriber.error();
        if (error == null) {
            assertTrue(subscriber.completed() || subscriber.cancelled(), this::toString);
            if (subscriber.completed()) {
                checkCompletion();
            }
        } else if (error == upstreamError) {
            assertTrue(scenario.errorAfter() >= 0, this::toString);
        } else if (scenario.tooFarAhead()) {
            checkTooFarAhead(error);
        } else {
            checkRaised(error);
        }
    }

    private void checkCompletion() {
        assertNull(script.raisedAt(), this::toString);
        assertTrue(!scenario.tooFarAhead() && mayEndBeforeUpstreamFails(), this::toString);
        boolean evaluated = scenario.schemaTold() || !scenario.emitted().isEmpty();
        assertEquals(evaluated ? script.outputs().size() : 0, subscriber.received(), this::toString);
    }

    private void checkTooFarAhead(Throwable error) {
        assertEquals(UdfException.class, error.getClass(), this::toString);
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains("maxHeldBytes"), message);
        assertTrue(message.contains(" " + scenario.input().get(0).rows() + " rows"), message);
    }

    private void checkRaised(Throwable error) {
        Integer at = script.raisedAt();
        if (at == null || !(error instanceof PythonException raised)) {
            throw new AssertionError("failed unexpectedly: " + this, error);
        }
        assertEquals("ValueError", raised.pythonType(), this::toString);
        assertEquals(at.longValue(), raised.batchIndex(), this::toString);
        assertTrue(mayEndBeforeUpstreamFails(), this::toString);
        assertEquals(script.outputs().size(), subscriber.received(), this::toString);
    }

    private boolean mayEndBeforeUpstreamFails() {
        return scenario.errorAfter() < 0 || script.reads() <= scenario.errorAfter();
    }

    boolean shows(Event event) {
        return switch (event) {
            case INPUT_SOCKET_FULL -> inputFull;
            case OUTPUT_SOCKET_FULL -> outputFull;
            case BOTH_FULL -> bothFull;
            case INPUT_CREDIT_SPENT -> model.inputWaited();
            case OUTPUT_CREDIT_SPENT -> model.outputWaited();
            case DRAINED -> model.drained();
            case MERGED -> model.merged();
            case CANCELLED -> subscriber.cancelled();
            case FAILED -> subscriber.error() != null;
        };
    }

    @Override
    public String toString() {
        return scenario + System.lineSeparator() + subscriber + ", mismatch " + subscriber.mismatch()
                + System.lineSeparator() + source + ", " + beyondGrant + System.lineSeparator() + model;
    }
}
