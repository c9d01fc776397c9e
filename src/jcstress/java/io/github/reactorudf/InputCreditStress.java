package io.github.reactorudf;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.reactorudf.protocol.Credit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** {@link InputCredit} between the encoding thread and the event loop. */
final class InputCreditStress {

    private InputCreditStress() {}

    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one asks")
    @Outcome(expect = FORBIDDEN, desc = "upstream is asked twice, or not at all")
    @State
    public static class OneAsks {

        private final InputCredit credit = new InputCredit(new Credit(2, 100), 100);

        @Actor
        public void one(ZZ_Result result) {
            result.r1 = credit.ask();
        }

        @Actor
        public void other(ZZ_Result result) {
            result.r2 = credit.ask();
        }
    }

    @JCStressTest
    @Outcome(id = "true, 5", expect = ACCEPTABLE, desc = "what was spent and what was granted both count")
    @Outcome(expect = FORBIDDEN, desc = "a grant or a batch is lost")
    @State
    public static class SpendAndGrant {

        private final InputCredit credit = new InputCredit(new Credit(1, 100), 100);

        @Actor
        public void encode() {
            credit.spend(100, 5);
        }

        @Actor
        public void grant() {
            credit.grant(new Credit(1, 1), false);
        }

        @Arbiter
        public void left(ZJ_Result result) {
            result.r1 = credit.ask();
            result.r2 = credit.heldBytes();
        }
    }

    @JCStressTest
    @Outcome(id = "true, 5", expect = ACCEPTABLE, desc = "room again")
    @Outcome(expect = FORBIDDEN, desc = "held bytes are lost, or stay")
    @State
    public static class HoldAndRelease {

        private final InputCredit credit = new InputCredit(new Credit(2, 100), 10);

        public HoldAndRelease() {
            credit.spend(1, 5);
        }

        @Actor
        public void encode() {
            credit.spend(1, 5);
        }

        @Actor
        public void deliver() {
            credit.releaseHeld(5);
        }

        @Arbiter
        public void left(ZJ_Result result) {
            credit.grant(new Credit(1, 1), false);
            result.r1 = credit.mayAsk();
            result.r2 = credit.heldBytes();
        }
    }
}
