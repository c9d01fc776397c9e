package io.github.reactorudf;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.reactorudf.protocol.Credit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** {@link OutputDemand} between requesting threads, the event loop and the delivering thread. */
final class OutputDemandStress {

    private OutputDemandStress() {}

    @JCStressTest
    @Outcome(
            id = {"1, 1", "2, 0", "0, 2"},
            expect = ACCEPTABLE,
            desc = "each request is granted once")
    @Outcome(expect = FORBIDDEN, desc = "a request is lost, or granted twice")
    @State
    public static class TwoRequest {

        private final OutputDemand demand = new OutputDemand(new Credit(2, 100));

        public TwoRequest() {
            demand.open();
        }

        @Actor
        public void one(JJ_Result result) {
            demand.request(1);
            result.r1 = demand.grant().batches();
        }

        @Actor
        public void other(JJ_Result result) {
            demand.request(1);
            result.r2 = demand.grant().batches();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "granted with SETUP, or after it")
    @Outcome(expect = FORBIDDEN, desc = "a request is lost, or granted twice")
    @State
    public static class RequestAndOpen {

        private final OutputDemand demand = new OutputDemand(new Credit(2, 100));

        @Actor
        public void request(JJ_Result result) {
            demand.request(1);
            result.r1 = demand.grant().batches();
        }

        @Actor
        public void open(JJ_Result result) {
            result.r2 = demand.open().batches();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "the next batch is granted once it may come")
    @Outcome(expect = FORBIDDEN, desc = "never, or more than the window")
    @State
    public static class RequestAndDeliver {

        private final OutputDemand demand = new OutputDemand(new Credit(1, 100));

        public RequestAndDeliver() {
            demand.request(1);
            demand.open();
            demand.receive(10, 1);
        }

        @Actor
        public void request(JJ_Result result) {
            demand.request(1);
            result.r1 = demand.grant().batches();
        }

        @Actor
        public void deliver(JJ_Result result) {
            demand.deliver(10);
            demand.settle();
            result.r2 = demand.grant().batches();
        }
    }
}
