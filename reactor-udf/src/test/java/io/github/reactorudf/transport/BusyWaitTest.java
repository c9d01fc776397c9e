package io.github.reactorudf.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BusyWaitTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration NO_TIME = Duration.ofNanos(1);

    private final EmbeddedChannel channel = new EmbeddedChannel();

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
        busyWait(NO_TIME).begin();
        assertFalse(looks());
    }

    @Test
    void doesNotLookAfterAnAnswerThatTookLonger() {
        BusyWait wait = busyWait(NO_TIME);
        wait.begin();
        assertFalse(looks());
        wait.end();
        wait.begin();
        assertFalse(isLooking());
    }

    @Test
    void neverLooksWithoutALimit() {
        busyWait(Duration.ZERO).begin();
        assertFalse(isLooking());
    }

    private BusyWait busyWait(Duration limit) {
        return new BusyWait(channel.eventLoop(), limit);
    }

    /** Runs one turn of the event loop, and tells whether another one is wanted at once. */
    private boolean looks() {
        return channel.runScheduledPendingTasks() >= 0;
    }

    private boolean isLooking() {
        return channel.hasPendingTasks();
    }
}
