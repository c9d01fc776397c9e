package io.github.reactorudf.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BusyWaitTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LIMIT = Duration.ofNanos(200);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private long now;

    @Test
    void looksUntilTheAnswer() {
        BusyWait wait = busyWait(HOUR);
        wait.begin();
        assertTrue(looks());
        assertTrue(looks());
        wait.end();
        assertFalse(looks());
    }

    @Test
    void goesOnLookingForTheNextAnswer() {
        BusyWait wait = busyWait(HOUR);
        wait.begin();
        wait.end();
        wait.begin();
        assertTrue(looks());
        wait.end();
        assertFalse(looks());
    }

    @Test
    void leavesHalfOfTheProcessorsToThoseWhoAnswer() {
        BusyWait wait = busyWait(HOUR);
        wait.begin();
        int more = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        List<BusyWait> others = Stream.generate(() -> new BusyWait(new EmbeddedChannel().eventLoop(), HOUR))
                .limit(more)
                .toList();
        others.forEach(BusyWait::begin);
        assertFalse(looks());
        others.forEach(BusyWait::end);
        wait.end();
        wait.begin();
        assertTrue(looks());
        wait.end();
    }

    @Test
    void looksForNoLongerThanTheLimit() {
        BusyWait wait = busyWait(LIMIT);
        wait.begin();
        assertTrue(looks());
        now = LIMIT.toNanos();
        assertFalse(looks());
        wait.end();
    }

    /** An answer that is slept for is late because it is: only looking for it tells. */
    @Test
    void looksAgainAfterPausesThatDoubleUpTo64Answers() {
        BusyWait wait = busyWait(LIMIT);

        List<Integer> looked = IntStream.range(0, 260)
                .filter(answer -> awaitLate(wait))
                .boxed()
                .toList();

        assertEquals(List.of(0, 2, 5, 10, 19, 36, 69, 134, 199), looked);
    }

    @Test
    void anAnswerInTimeEndsThePause() {
        BusyWait wait = busyWait(LIMIT);
        IntStream.range(0, 11).forEach(answer -> awaitLate(wait));
        wait.begin();
        assertFalse(looks());
        wait.end();

        assertTrue(awaitLate(wait));
        assertFalse(awaitLate(wait));
        assertTrue(awaitLate(wait));
    }

    @Test
    void neverLooksWithoutALimit() {
        BusyWait wait = busyWait(Duration.ZERO);
        wait.begin();
        assertFalse(looks());
        wait.end();
    }

    private BusyWait busyWait(Duration limit) {
        return new BusyWait(channel.eventLoop(), limit, () -> now);
    }

    /** Awaits an answer that comes behind the limit, and tells whether it is looked for. */
    private boolean awaitLate(BusyWait wait) {
        wait.begin();
        boolean looking = looks();
        now += LIMIT.toNanos() + 1;
        looks();
        wait.end();
        return looking;
    }

    /** Runs one turn of the event loop, and tells whether another one is wanted at once. */
    private boolean looks() {
        return channel.runScheduledPendingTasks() >= 0;
    }
}
