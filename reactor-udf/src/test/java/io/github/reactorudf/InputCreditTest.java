package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.protocol.Credit;
import org.junit.jupiter.api.Test;

class InputCreditTest {

    @Test
    void asksForOneBatchAtATime() {
        InputCredit credit = new InputCredit(new Credit(4, 100), 1000);
        assertTrue(credit.ask());
        assertFalse(credit.ask(), "one is on its way");
        credit.spend(10, 0);
        assertTrue(credit.ask());
    }

    @Test
    void stopsAtTheWindowInBatches() {
        InputCredit credit = new InputCredit(new Credit(1, 100), 1000);
        assertTrue(credit.ask());
        credit.spend(10, 0);
        assertFalse(credit.ask());
        credit.grant(new Credit(1, 10), false);
        assertTrue(credit.ask());
    }

    @Test
    void aBatchLargerThanTheWindowPassesAndTheNextWaitsUntilTheBytesAreBack() {
        InputCredit credit = new InputCredit(new Credit(4, 100), 1000);
        assertTrue(credit.ask());
        credit.spend(250, 0);
        credit.grant(new Credit(1, 150), false);
        assertFalse(credit.ask(), "the credit is exactly 0");
        credit.grant(new Credit(0, 1), false);
        assertTrue(credit.ask());
    }

    @Test
    void aGrantThatLeavesTheBytesBelowZeroLetsNothingPass() {
        InputCredit credit = new InputCredit(new Credit(4, 100), 1000);
        assertTrue(credit.ask());
        credit.spend(10, 0);
        assertTrue(credit.ask());
        credit.spend(250, 0);
        credit.grant(new Credit(1, 10), false);
        assertFalse(credit.ask(), "the credit is -150");
        credit.grant(new Credit(1, 250), false);
        assertTrue(credit.ask());
    }

    @Test
    void aGrantOfAllThereIsDoesNotOverflow() {
        InputCredit credit = new InputCredit(new Credit(4, 100), 1000);
        credit.grant(new Credit(Long.MAX_VALUE, Long.MAX_VALUE), false);
        assertTrue(credit.ask());
    }

    @Test
    void holdsNoMoreThanTheBoundAndOneBatch() {
        InputCredit credit = new InputCredit(new Credit(4, 100), 50);
        assertTrue(credit.ask());
        credit.spend(1, 49);
        assertTrue(credit.ask());
        credit.spend(1, 49);
        assertFalse(credit.ask());
        credit.releaseHeld(49);
        assertTrue(credit.ask());
    }

    @Test
    void isStuckOnlyWhenAllSentWasConsumedAndTheWorkerWaits() {
        InputCredit credit = new InputCredit(new Credit(4, 100), 50);
        assertTrue(credit.ask());
        credit.spend(1, 60);
        assertFalse(credit.stuck(), "the worker has not said that it waits");
        credit.grant(new Credit(0, 0), true);
        assertFalse(credit.stuck(), "what was sent is not consumed");
        credit.grant(new Credit(1, 1), true);
        assertTrue(credit.stuck());
        credit.releaseHeld(60);
        assertFalse(credit.stuck());
    }
}
