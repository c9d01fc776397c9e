package io.github.reactorudf;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Each pair of things that may happen at once, at each stage of an evaluation: nothing is lost, doubled or left. */
@Tag("full")
class SignalRacesTest extends PythonTest {

    private final WorkerGate gate = new WorkerGate();
    private final AllocatorWatch memory = new AllocatorWatch(allocator);

    @TestFactory
    Stream<DynamicTest> atEachStage() {
        return races(5);
    }

    @Tag("full")
    @TestFactory
    Stream<DynamicTest> atEachStageAgainAndAgain() {
        return races(50);
    }

    @AfterEach
    void close() {
        python().close();
        memory.close();
    }

    private Stream<DynamicTest> races(int repetitions) {
        PythonRuntime python = python(builder().allocator(memory.allocator()).onConnected(gate::install));
        return Stream.of(RaceScenario.values()).flatMap(scenario -> pairs(scenario)
                .map(actions -> DynamicTest.dynamicTest(scenario + " " + actions, () -> {
                    for (int i = 0; i < repetitions; i++) {
                        new RaceRun(python, gate, memory.allocator(), scenario, actions).run(memory);
                    }
                })));
    }

    private static Stream<Set<RaceAction>> pairs(RaceScenario scenario) {
        return scenario.actions.stream().flatMap(one -> scenario.actions.stream()
                .filter(other -> one.ordinal() <= other.ordinal() && one.races(other))
                .map(other -> EnumSet.of(one, other)));
    }
}
