package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which test shows which requirement: R rows are about the transfer of data, F rows about failure and life cycle, K
 * rows about kinds of functions. The tests named here exist.
 */
class RequirementsTest {

    private static final Path JAVA = Path.of("java/io/github/reactorudf");
    private static final Path PYTHON = Path.of("../../python-worker/tests");

    @ParameterizedTest
    @CsvSource({
        "R1, WindowTest.java, bothDirectionsAreInFlightAtOnce",
        "R1, OperatorsTest.java, schedulersAreTheOnesNamed",
        "R2, WindowTest.java, aWindowOfOneIsLockStep",
        "R3, WindowTest.java, neverMoreThanTheWindowIsUnderWay",
        "R4, HeldColumnsTest.java, readingEverythingAheadFailsAndSaysHowMuchAndTheWorkerIsReused",
        "R4, RandomizedDemandTest.java, fiftyRuns",
        "R5, ConcurrentEvaluationsTest.java, eightOnEightWorkersMakeProgressTogether",
        "R5, WorkerPoolTest.java, manyEvaluations",
        "R5, ChainsTest.java, chainsThatNeedTooManyFailAndHangNone",
        "R5, ConcurrentEvaluationsTest.java, noTaskParks",
        "R5, ConcurrentEvaluationsTest.java, oneWorkerIsGivenInTheOrderOfSubscription",
        "R5, ConcurrentEvaluationsTest.java, chainsCannotStarveEachOther",
        "R6, WindowTest.java, anOutputIsOnItsWayBeforeTheWorkerWaitsForInput",
        "R7, WireCostTest.java, onlyEvaluationsCross",
        "R8, PipelinedTest.java, withAWindowOfFourTheThirdBatchIsSentWhileTheFirstIsComputed",
        "R8, PipelinedTest.java, withAWindowOfOneTheSecondBatchIsNotSentBeforeTheFirstIsConsumed",
        "K1, FlightColumnsTest.java, aColumnOfEachKind",
        "K2, FlightColumnsTest.java, aColumnOfEachKind",
        "K3, FlightColumnsTest.java, anArrowFunctionOfTwoColumns",
        "K4, FlightColumnsTest.java, aColumnOfEachKind",
        "K5, RowsTest.java, valuesOfPythonAndOfArrow",
        "K5, ReferenceTest.java, batchedRows",
        "K5, RowsTest.java, errorsOfSingleRowsNeedNoDeclaration",
        "K6, FlightColumnsTest.java, batchesToBatches",
        "K7, GroupedMapTest.java, delaysAgainstTheCarriersMean",
        "K7, GroupedMapTest.java, anIteratorMayLeaveTheRestOfItsGroup",
        "K8, GroupedAggregateTest.java, severalAtOnceOverPandasAndArrow",
        "K8, GroupedAggregateTest.java, iteratorsOverAGroup",
        "K9, WindowAggregateTest.java, slidingOverTheDaysOfAnOrigin",
        "K9, WindowAggregateTest.java, growingWithTheDaysOfAnOrigin",
        "K9, WindowAggregateTest.java, ofAllFlightsOfAnOrigin",
        "F1, CancelTest.java, anErrorOfUpstreamIsPassedOnWhilePythonWaitsForInput",
        "F2, CancelTest.java, inALongComputationIsSilentAndTheWorkerIsReplaced",
        "F2, CancelSignalsTest.java, ofTheEvaluationEndItAndNothingElse",
        "F3, TimeLimitsTest.java, waitingForUpstreamIsIdleAndNotHanging",
        "F3, TimeLimitsTest.java, idlenessFailsWhereThatIsAskedForAndTheWorkerIsReused",
        "F4, test_isolation.py, test_a_change_is_undone",
        "F4, ContextTest.java, theKeysThatAreNamedReachPythonForOneEvaluation",
        "F5, test_isolation.py, test_a_thread_that_is_left_retires_the_worker",
        "F5, CancelSignalsTest.java, ofEvaluationsThatEndedNeverTouchTheNext",
        "F5, BadFramesTest.java, sequences",
        "F6, GroupedMapTest.java, groupsAreReadByOneThreadWithinDemand",
        "F6, test_grouped_map.py, test_an_iterator_kept_from_an_earlier_group_has_ended",
        "F7, GroupedMapTest.java, aGroupLargerThanTheWorkersMemoryPassesThroughAnIterator",
        "F8, ContextTest.java, upstreamSeesAllOfIt",
        "F8, OperatorsTest.java, contextReachesUpstreamOnEveryThread",
        "F9, DeathsTest.java, eachWay",
        "F10, ReferenceTest.java, exceptionPropagation",
        "K10, CogroupedMapTest.java, flightsMeetTheWeatherOfTheirDay",
        "K10, CogroupedMapTest.java, neitherSideGoesBeyondItsWindow",
        "K10, test_cogrouped_map.py, test_any_keys_in_any_batches",
        "K11, TableFunctionTest.java, rowsExplode",
        "K11, TableFunctionTest.java, theInputsColumnsStayBesideARowsOutputs",
        "K11, TableFunctionTest.java, terminateComesAtTheEndOfEachGroup",
        "K11, TableFunctionTest.java, batchesOfArrow",
        "K11, TableFunctionTest.java, rowsAreMadeOnDemand",
        "K12, FlightColumnsTest.java, severalAndChainedInOneTrip",
        "K13, AsyncFunctionTest.java, resultsKeepTheOrderOfFlights",
        "K13, AsyncFunctionTest.java, concurrencyIsBounded",
        "K13, AsyncFunctionTest.java, severalBatchesAreAwaitedAndResultsGoOutBeforeMoreInputComes",
        "K13, AsyncFunctionTest.java, cancelEndsWhatIsAwaitedAndTheWorkerIsReused",
    })
    void isShown(String requirement, String file, String test) throws IOException {
        Path source = (file.endsWith(".py") ? PYTHON : JAVA).resolve(file);
        assertTrue(Files.exists(source), () -> requirement + ": no " + source);
        assertTrue(
                Pattern.compile("(void|def|>) " + test + "\\(")
                        .matcher(Files.readString(source))
                        .find(),
                () -> requirement + ": no " + test + " in " + file);
    }
}
