package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ExitNoticesTest {

    private static final ExitStatus CODE_3 = new ExitStatus(3, null, null, null);
    private static final ExitStatus LOST = ExitStatus.lost("gone");

    private final ExitNotices exits = new ExitNotices();

    @Test
    void anExitReachesWhoeverAsksBeforeOrAfter() {
        AtomicReference<ExitStatus> before = new AtomicReference<>();
        exits.of(12).subscribe(before::set);
        assertNull(before.get());
        exits.exited(12, CODE_3);
        assertEquals(CODE_3, before.get());
        StepVerifier.create(exits.of(12)).expectNext(CODE_3).verifyComplete();
    }

    @Test
    void onlyTheLastExitsAreRemembered() {
        for (int pid = 0; pid <= ExitNotices.REMEMBERED; pid++) {
            exits.exited(pid, CODE_3);
        }
        exits.lost(LOST);
        StepVerifier.create(exits.of(0)).expectNext(LOST).verifyComplete();
        StepVerifier.create(exits.of(1)).expectNext(CODE_3).verifyComplete();
    }

    @Test
    void aLostSupervisorEndsAllThatWait() {
        AtomicReference<ExitStatus> before = new AtomicReference<>();
        exits.of(12).subscribe(before::set);
        exits.lost(LOST);
        assertEquals(LOST, before.get());
        StepVerifier.create(exits.of(13)).expectNext(LOST).verifyComplete();
    }

    @Test
    void statusesAreToldInWords() {
        assertEquals("exited with code 3", CODE_3.describe());
        assertEquals("was killed by signal 11 (SIGSEGV)", new ExitStatus(null, 11, "SIGSEGV", null).describe());
        assertEquals(
                "was killed by signal 9 (SIGKILL), as the kernel does when memory runs out",
                new ExitStatus(null, 9, "SIGKILL", null).describe());
        assertEquals("ended with its supervisor: gone", LOST.describe());
    }
}
