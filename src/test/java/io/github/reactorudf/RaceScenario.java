package io.github.reactorudf;

import static io.github.reactorudf.RaceAction.CANCEL;
import static io.github.reactorudf.RaceAction.REQUEST;
import static io.github.reactorudf.RaceAction.UPSTREAM_COMPLETE;
import static io.github.reactorudf.RaceAction.UPSTREAM_ERROR;
import static io.github.reactorudf.RaceAction.UPSTREAM_NEXT;
import static io.github.reactorudf.RaceAction.WORKER;
import static io.github.reactorudf.RaceAction.WORKER_LOST;

import io.github.reactorudf.protocol.FrameType;
import java.util.Set;

/** How far an evaluation has come when two things happen to it at once, and which. */
enum RaceScenario {
    /** The only worker is another evaluation's. */
    ACQUIRING(CANCEL, REQUEST, WORKER, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.occupyTheWorker();
            run.subscribe();
            run.subscriber.request(1);
        }
    },
    /** The schema is not known. */
    BEFORE_THE_FIRST_BATCH(CANCEL, REQUEST, UPSTREAM_NEXT, UPSTREAM_COMPLETE, UPSTREAM_ERROR, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(1);
        }
    },
    PREPARING(CANCEL, REQUEST, UPSTREAM_COMPLETE, UPSTREAM_ERROR, WORKER, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.useANewFunction();
            run.begin(1);
            run.gate.closeAt(FrameType.PREPARED);
            run.source.next(1);
            run.gate.awaitHeld();
        }
    },
    /** A result arrives, and another batch may be sent. */
    EXCHANGING(CANCEL, REQUEST, UPSTREAM_NEXT, UPSTREAM_COMPLETE, UPSTREAM_ERROR, WORKER, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(2);
            run.gate.closeAt(FrameType.PAYLOAD);
            run.source.next(1);
            run.gate.awaitHeld();
            run.source.awaitRequest();
        }
    },
    WAITING_FOR_INPUT(CANCEL, REQUEST, UPSTREAM_NEXT, UPSTREAM_COMPLETE, UPSTREAM_ERROR, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(2);
            run.source.next(1);
            run.subscriber.awaitResult();
            run.source.awaitRequest();
        }
    },
    WAITING_FOR_DEMAND(CANCEL, REQUEST, UPSTREAM_NEXT, UPSTREAM_COMPLETE, UPSTREAM_ERROR, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(1);
            run.source.next(1);
            run.subscriber.awaitResult();
            run.source.awaitRequest();
            run.source.next(2);
            run.source.awaitRequest();
        }
    },
    COMPLETING(CANCEL, REQUEST, WORKER, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(1);
            run.source.next(1);
            run.subscriber.awaitResult();
            run.gate.closeAt(FrameType.COMPLETE);
            run.source.end(null);
            run.gate.awaitHeld();
        }
    },
    RAISING(CANCEL, REQUEST, UPSTREAM_COMPLETE, UPSTREAM_ERROR, WORKER, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(1);
            run.gate.closeAt(FrameType.ERROR);
            run.source.next(-1);
            run.gate.awaitHeld();
        }
    },
    ENDED(CANCEL, REQUEST, WORKER_LOST) {
        @Override
        void reach(RaceRun run) throws InterruptedException {
            run.begin(2);
            run.source.next(1);
            run.source.end(null);
            run.subscriber.awaitEnd();
        }
    };

    final Set<RaceAction> actions;

    RaceScenario(RaceAction... actions) {
        this.actions = Set.of(actions);
    }

    abstract void reach(RaceRun run) throws InterruptedException;
}
