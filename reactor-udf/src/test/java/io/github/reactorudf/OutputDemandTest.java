package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.Credit;
import org.junit.jupiter.api.Test;

class OutputDemandTest {

    private static final Credit NOTHING = new Credit(0, 0);

    private final OutputDemand demand = new OutputDemand(new Credit(4, 100));

    @Test
    void opensWithWhatWasRequestedWithinTheWindow() {
        demand.request(2);
        assertEquals(new Credit(2, 100), demand.open());
    }

    @Test
    void unboundedDemandBecomesTheWindow() {
        demand.request(Long.MAX_VALUE);
        assertEquals(new Credit(4, 100), demand.open());
        assertEquals(NOTHING, demand.grant());
    }

    @Test
    void grantsNothingBeforeItIsOpen() {
        demand.request(2);
        assertEquals(NOTHING, demand.grant());
        assertEquals(new Credit(2, 100), demand.open());
    }

    @Test
    void grantsAtHalfTheWindow() {
        demand.request(Long.MAX_VALUE);
        demand.open();
        pass(10);
        assertEquals(NOTHING, demand.grant());
        pass(10);
        assertEquals(new Credit(2, 20), demand.grant());
    }

    @Test
    void grantsAtHalfTheBytes() {
        demand.request(Long.MAX_VALUE);
        demand.open();
        pass(50);
        assertEquals(new Credit(1, 50), demand.grant());
    }

    @Test
    void neverGrantsMoreThanWasRequested() {
        demand.request(1);
        demand.open();
        pass(10);
        assertEquals(new Credit(0, 10), demand.grant());
        assertFalse(demand.demanded());
        demand.request(1);
        assertEquals(new Credit(1, 0), demand.grant());
    }

    @Test
    void whatWasNotGrantedIsRefused() {
        demand.request(1);
        demand.open();
        assertTrue(demand.receive(10, 1));
        assertFalse(demand.receive(10, 1));
    }

    @Test
    void aUnitMayPassTheBytesAndTheNextMayNot() {
        demand.request(4);
        demand.open();
        assertTrue(demand.receive(90, 0), "a dictionary");
        assertTrue(demand.receive(90, 1), "its batch");
        assertFalse(demand.receive(10, 1));
    }

    @Test
    void aResultBeingDeliveredIsNotSettled() {
        demand.request(1);
        demand.open();
        pass(10);
        assertFalse(demand.allSettled());
        demand.settle();
        assertTrue(demand.allSettled());
    }

    private void pass(long bytes) {
        assertTrue(demand.receive(bytes, 1));
        demand.deliver(bytes);
    }
}
