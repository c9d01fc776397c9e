package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ExitNoticesTest {

    private static final ExitStatus CODE_3 = ended(3, null, null);
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
    void theExitOfAnEarlierProcessWithThePidIsNotTheLaterOnes() {
        exits.exited(12, CODE_3);
        long before = exits.told();
        exits.exited(13, CODE_3);
        exits.reused(12, before);
        exits.reused(13, before);
        AtomicReference<ExitStatus> later = new AtomicReference<>();
        exits.of(12).subscribe(later::set);
        assertNull(later.get());
        StepVerifier.create(exits.of(13)).expectNext(CODE_3).verifyComplete();
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
        assertEquals(
                "was killed by signal 11 (SIGSEGV)", ended(null, 11, "SIGSEGV").describe());
        assertEquals(
                "was killed by signal 9 (SIGKILL), as the kernel does when memory runs out",
                ended(null, 9, "SIGKILL").describe());
        assertEquals("ended with its supervisor: gone", LOST.describe());
    }

    private static ExitStatus ended(@Nullable Integer code, @Nullable Integer signal, @Nullable String name) {
        return ExitStatus.of(new ControlFrame.Exited(12, code, signal, name, null, null));
    }
}
