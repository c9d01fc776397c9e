package io.github.reactorudf.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class StackDumpsTest {

    private final List<Integer> asked = new ArrayList<>();
    private final StackDumps stacks = new StackDumps(asked::add);

    @Test
    void anAnswerReachesAllWhoWait() {
        AtomicReference<String> one = new AtomicReference<>();
        AtomicReference<String> two = new AtomicReference<>();
        stacks.of(12).subscribe(one::set);
        stacks.of(12).subscribe(two::set);
        stacks.told(13, "another's");
        stacks.told(12, "File 1");
        assertEquals("File 1", one.get());
        assertEquals("File 1", two.get());
        assertEquals(List.of(12), asked);
    }

    @Test
    void eachQuestionIsAskedAnew() {
        stacks.of(12).subscribe();
        stacks.told(12, "File 1");
        AtomicReference<String> later = new AtomicReference<>();
        stacks.of(12).subscribe(later::set);
        stacks.told(12, "File 2");
        assertEquals("File 2", later.get());
        assertEquals(List.of(12, 12), asked);
    }

    @Test
    void noAnswerIsAnEmptyOne() {
        StepVerifier.create(stacks.of(12)).expectNext("").expectComplete().verify(Duration.ofSeconds(3));
    }

    @Test
    void aLostSupervisorAnswersNothing() {
        AtomicReference<String> before = new AtomicReference<>();
        stacks.of(12).subscribe(before::set);
        stacks.lost();
        assertEquals("", before.get());
        StepVerifier.create(stacks.of(13)).expectNext("").verifyComplete();
        assertEquals(List.of(12), asked);
    }
}
