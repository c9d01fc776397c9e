package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.WorkerPlaces.Place;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WorkerPlacesTest {

    private final WorkerPlaces places = new WorkerPlaces(2, 1);

    @Test
    void soManyWaitAndNoMore() {
        Place first = queue();
        queue();
        assertEquals(0, places.waiting());
        queue();
        assertEquals(1, places.waiting());
        assertNull(places.queue());
        first.leave();
        assertNotNull(places.queue());
    }

    @Test
    void aChainTakesWhatIsFreeThenWhatIsBeyondThenNothing() {
        queue();
        assertFalse(chain().isBeyond());
        Place beyond = chain();
        assertTrue(beyond.isBeyond());
        assertTrue(chain().isBeyond());
        assertNull(places.chain());
        beyond.leave();
        assertTrue(chain().isBeyond());
        assertEquals(0, places.waiting());
    }

    @Test
    void aPlaceIsGivenUpOnce() {
        Place first = queue();
        queue();
        queue();
        first.leave();
        first.leave();
        first.abandon();
        assertEquals(0, places.waiting());
        queue();
        assertNull(places.queue());
    }

    @Test
    void whoeverHasAWorkerDoesNotLoseItsPlaceByACancel() {
        Place first = queue();
        queue();
        Place third = queue();
        first.settle();
        first.abandon();
        assertNull(places.queue());
        third.abandon();
        assertNotNull(places.queue());
    }

    private Place queue() {
        return Objects.requireNonNull(places.queue());
    }

    private Place chain() {
        return Objects.requireNonNull(places.chain());
    }
}
