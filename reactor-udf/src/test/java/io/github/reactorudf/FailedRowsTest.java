package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.reactorudf.arrow.ArrowData;
import io.github.reactorudf.arrow.TestAllocator;
import io.github.reactorudf.protocol.RowErrorsFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Sinks;

@ExtendWith(TestAllocator.class)
class FailedRowsTest {

    @Test
    void rowsAreLeftOut(BufferAllocator allocator) {
        FailedRows rows = new FailedRows(RowErrors.skip(), LongUnaryOperator.identity());
        assertEquals(List.of(1, 2, 3), given(rows, allocator));
        rows.add(failed(1));
        assertEquals(List.of(1, 3), given(rows, allocator));
        rows.add(failed(0, 1));
        rows.add(failed(2));
        assertEquals(List.of(), given(rows, allocator));
        assertEquals(List.of(1, 2, 3), given(rows, allocator));
    }

    @Test
    void dictionariesAreShared(BufferAllocator allocator) {
        FailedRows rows = new FailedRows(RowErrors.skip(), LongUnaryOperator.identity());
        rows.add(failed(0));
        RecordBatch words = TestBatches.words(allocator, "w", 3, "a", "b");
        try (RecordBatch input = words.share();
                RecordBatch left = rows.leaveOut(input, words)) {
            assertEquals(List.of("b"), TestBatches.words(left, "w"));
        }
    }

    @Test
    void lettersHaveTheWholeInputRow(BufferAllocator allocator) {
        Sinks.Many<RowError> sink = Sinks.many().unicast().onBackpressureBuffer();
        FailedRows rows = new FailedRows(RowErrors.deadLetter(sink), batch -> batch + 40);
        assertEquals(List.of(1, 2, 3), given(rows, allocator));
        rows.add(failed(0, 2));
        RecordBatch batch = TestBatches.ints(allocator, 7, 8, 9);
        try (RecordBatch input = TestBatches.of(
                        ArrowData.ints(allocator, "i", 1, 2, null), ArrowData.strings(allocator, "s", "a", "b", "c"));
                RecordBatch left = rows.leaveOut(input, batch)) {
            assertEquals(List.of(8), TestBatches.values(left, "i"));
        }
        sink.tryEmitComplete();
        List<RowError> letters = sink.asFlux().collectList().block();
        assertEquals(
                List.of(List.of(1, "a"), Arrays.asList(null, "c")),
                letters.stream()
                        .map(letter -> Arrays.asList(
                                TestBatches.values(letter.row(), "i").get(0),
                                TestBatches.values(letter.row(), "s").get(0)))
                        .toList());
        RowError last = letters.get(1);
        assertEquals(41, last.batchIndex());
        assertEquals(2, last.rowIndex());
        assertEquals("KeyError", last.pythonType());
        assertEquals("no 2", last.message());
        assertEquals("Traceback 2", last.pythonTraceback());
        assertEquals("m:f", last.function());
        assertEquals("RowError[KeyError in m:f, batch 41, row 2]", last.toString());
        letters.forEach(RowError::close);
    }

    @Test
    void aLetterThatIsNotTakenFailsAndIsClosed(BufferAllocator allocator) {
        Sinks.Many<RowError> terminated = Sinks.many().unicast().onBackpressureBuffer();
        terminated.tryEmitComplete();
        assertRefused(allocator, terminated, "it was completed (FAIL_TERMINATED)");

        Sinks.Many<RowError> unheard = Sinks.many().multicast().directAllOrNothing();
        assertRefused(allocator, unheard, "nobody is subscribed, and it keeps no more (FAIL_ZERO_SUBSCRIBER)");

        Sinks.Many<RowError> full = Sinks.many().multicast().directAllOrNothing();
        full.asFlux().subscribe(new NoDemand());
        assertRefused(allocator, full, "it is full (FAIL_OVERFLOW)");

        Sinks.Many<RowError> cancelled = Sinks.many().unicast().onBackpressureBuffer();
        cancelled.asFlux().subscribe().dispose();
        assertRefused(allocator, cancelled, "its subscriber cancelled (FAIL_CANCELLED)");
    }

    private static void assertRefused(BufferAllocator allocator, Sinks.Many<RowError> sink, String reason) {
        FailedRows rows = new FailedRows(RowErrors.deadLetter(sink), LongUnaryOperator.identity());
        rows.add(failed(1));
        UdfException refusal = assertThrows(UdfException.class, () -> given(rows, allocator));
        assertTrue(String.valueOf(refusal.getMessage()).contains(reason), refusal::toString);
        assertTrue(String.valueOf(refusal.getMessage()).contains("RowError[KeyError in m:f, batch 0, row 1]"));
    }

    @Test
    void evaluationsThatShareASinkTakeTurns(BufferAllocator allocator) throws Exception {
        Sinks.Many<RowError> sink = Sinks.many().unicast().onBackpressureBuffer();
        AtomicInteger letters = new AtomicInteger();
        sink.asFlux().subscribe(letter -> {
            letters.incrementAndGet();
            letter.close();
        });
        List<Callable<Void>> evaluations = Collections.nCopies(4, () -> {
            FailedRows rows = new FailedRows(RowErrors.deadLetter(sink), LongUnaryOperator.identity());
            for (int i = 0; i < 500; i++) {
                rows.add(failed(0, 1, 2));
                given(rows, allocator);
            }
            return null;
        });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Void> done : threads.invokeAll(evaluations)) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(4 * 500 * 3, letters.get());
    }

    @Test
    void reportsThatLieAreRefused(BufferAllocator allocator) {
        FailedRows unasked = new FailedRows(RowErrors.toNull(), LongUnaryOperator.identity());
        assertThrows(ProtocolException.class, () -> unasked.add(failed(0)));
        FailedRows rows = new FailedRows(RowErrors.skip(), LongUnaryOperator.identity());
        assertThrows(ProtocolException.class, () -> rows.add(failed(-1)));
        rows.add(failed(1));
        assertThrows(ProtocolException.class, () -> rows.add(failed(1)));
        rows.add(failed(3));
        assertThrows(ProtocolException.class, () -> given(rows, allocator));
    }

    @Test
    void policiesAreEqualIfTheyDoTheSame() {
        Sinks.Many<RowError> sink = Sinks.many().unicast().onBackpressureBuffer();
        assertEquals(RowErrors.deadLetter(sink), RowErrors.deadLetter(sink));
        assertEquals(
                RowErrors.deadLetter(sink).hashCode(),
                RowErrors.deadLetter(sink).hashCode());
        assertFalse(RowErrors.skip().equals(RowErrors.deadLetter(sink)));
        assertFalse(RowErrors.skip().equals(RowErrors.toNull()));
        assertEquals("RowErrors[skip]", RowErrors.skip().toString());
        assertEquals("RowErrors[dead letter]", RowErrors.deadLetter(sink).toString());
    }

    private static List<@Nullable Object> given(FailedRows rows, BufferAllocator allocator) {
        try (RecordBatch input = TestBatches.ints(allocator, 1, 2, 3);
                RecordBatch left = rows.leaveOut(input, input.share())) {
            return new ArrayList<>(TestBatches.values(left, "i"));
        }
    }

    private static RowErrorsFrame failed(int... rows) {
        return new RowErrorsFrame(
                1,
                IntStream.of(rows)
                        .mapToObj(
                                row -> new RowErrorsFrame.Row(row, "KeyError", "no " + row, "Traceback " + row, "m:f"))
                        .toList(),
                100);
    }

    private static final class NoDemand extends BaseSubscriber<RowError> {
        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}
    }
}
