package io.github.reactorudf;

import static io.github.reactorudf.BatchClock.CONFIRMATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.reactorudf.BatchClock.Activity;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock of one evaluation, on an event loop whose time is the test's. */
class BatchClockTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int hung;
    private int idle;

    private final BatchClock clock = new BatchClock(channel.eventLoop(), SECOND, MINUTE, () -> hung++, () -> idle++);

    BatchClockTest() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.close();
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    /** Lets a limit and its confirmation pass, in steps, as a loop that stands still for no long time. */
    private void exceed(Duration limit) {
        pass(limit);
        pass(CONFIRMATION);
    }

    @Test
    void userCodeThatGivesNothingHangs() {
        clock.set(Activity.RUNNING);
        pass(SECOND.minusMillis(1));
        pass(CONFIRMATION.dividedBy(2));
        assertEquals(0, hung);
        pass(CONFIRMATION);
        assertEquals(1, hung);
    }

    @Test
    void itIsToldOnce() {
        clock.set(Activity.RUNNING);
        exceed(SECOND);
        clock.set(Activity.IDLE);
        clock.set(Activity.RUNNING);
        exceed(MINUTE);
        assertEquals(1, hung);
        assertEquals(0, idle);
    }

    @Test
    void eachBatchStartsTheLimitAnew() {
        clock.set(Activity.RUNNING);
        for (int i = 0; i < 10; i++) {
            pass(SECOND.minusMillis(1));
            clock.restart();
        }
        pass(SECOND.minusMillis(1));
        assertEquals(0, hung);
        exceed(SECOND);
        assertEquals(1, hung);
    }

    @Test
    void whatComesInAfterAStandstillCounts() {
        clock.set(Activity.RUNNING);
        pass(MINUTE);
        clock.restart();
        pass(CONFIRMATION);
        assertEquals(0, hung);
    }

    @Test
    void aStandstillIsConfirmedBeforeItCounts() {
        clock.set(Activity.RUNNING);
        pass(MINUTE);
        assertEquals(0, hung);
        pass(CONFIRMATION);
        assertEquals(1, hung);
    }

    @Test
    void waitingIsNotHanging() {
        clock.set(Activity.RUNNING);
        pass(SECOND.minusMillis(1));
        clock.set(Activity.IDLE);
        pass(SECOND.multipliedBy(10));
        clock.set(Activity.RUNNING);
        pass(SECOND.minusMillis(1));
        assertEquals(0, hung);
        exceed(SECOND);
        assertEquals(1, hung);
    }

    @Test
    void idlenessIsToldOncePerPeriod() {
        clock.set(Activity.IDLE);
        exceed(MINUTE);
        assertEquals(1, idle);
        exceed(MINUTE);
        clock.set(Activity.IDLE);
        clock.restart();
        exceed(MINUTE);
        assertEquals(1, idle);
        clock.set(Activity.RUNNING);
        clock.set(Activity.IDLE);
        exceed(MINUTE);
        assertEquals(2, idle);
        assertEquals(0, hung);
    }

    @Test
    void aShorterLimitIsNotKeptWaitingByALongerOne() {
        clock.set(Activity.IDLE);
        pass(SECOND);
        clock.set(Activity.RUNNING);
        exceed(SECOND);
        assertEquals(1, hung);
    }

    @Test
    void noLimitHoldsWhileThereIsNeither() {
        clock.set(Activity.IDLE);
        clock.set(Activity.NONE);
        exceed(MINUTE);
        exceed(MINUTE);
        assertEquals(0, hung + idle);
    }

    @Test
    void nothingIsToldAfterTheStop() {
        clock.set(Activity.RUNNING);
        clock.stop();
        exceed(MINUTE);
        clock.set(Activity.IDLE);
        exceed(MINUTE);
        assertEquals(0, hung + idle);
    }

    @Test
    void aLimitThatIsNotSetDoesNotHold() {
        BatchClock idleOnly = new BatchClock(channel.eventLoop(), null, MINUTE, () -> hung++, () -> idle++);
        idleOnly.set(Activity.RUNNING);
        exceed(MINUTE);
        idleOnly.set(Activity.IDLE);
        exceed(MINUTE);
        BatchClock batchOnly = new BatchClock(channel.eventLoop(), SECOND, null, () -> hung++, () -> idle++);
        batchOnly.set(Activity.IDLE);
        exceed(MINUTE);
        assertEquals(0, hung);
        assertEquals(1, idle);
    }
}
