package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Rows that make a function raise: nulled, left out, or emitted as dead letters. */
class RowErrorsTest extends PythonTest {

    private static final List<Object> NULLED = Arrays.asList(null, 2L, 4L, null, 8L, null, null, null, 16L);

    private final Sinks.Many<RowError> letters = Sinks.many().unicast().onBackpressureBuffer();

    @Test
    void areNullOrLeftOut() {
        PythonRuntime python = python();
        areNullOrLeftOut(python, "twice");
        areNullOrLeftOut(python, "twice_pandas");
    }

    private void areNullOrLeftOut(PythonRuntime python, String function) {
        Flux<RecordBatch> nulled = evaluated(python, function, RowErrors.toNull());
        assertEquals(NULLED, Results.values(nulled, "y"));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), Results.values(nulled, "x"));

        Flux<RecordBatch> skipped = evaluated(python, function, RowErrors.skip());
        assertEquals(List.of(2L, 4L, 8L, 16L), Results.values(skipped, "y"));
        assertEquals(List.of(1L, 2L, 4L, 8L), Results.values(skipped, "x"));
        assertEquals(List.of(2, 1, 0, 1), Results.borders(skipped), "a batch of which no row is left is given too");

        PythonException failure = Results.failure(PythonException.class, evaluated(python, function, RowErrors.fail()));
        assertEquals(0, failure.batchIndex());
        assertEquals(List.of(2L), Results.values(one(1).transform(python.evaluate(udf(function))), "y"));
    }

    @Test
    void goToTheSinkBeforeTheirBatchAndNotBeforeItIsAskedFor() {
        List<String> signals = new ArrayList<>();
        letters.asFlux().subscribe(letter -> {
            try (letter) {
                assertEquals("ValueError", letter.pythonType());
                assertEquals("row_errors:twice", letter.function());
                assertTrue(letter.pythonTraceback().contains("row_errors.py"), letter::pythonTraceback);
                signals.add(letter.message() + " at " + letter.batchIndex() + ":" + letter.rowIndex() + " "
                        + Batches.values(letter.row(), "x") + " of "
                        + letter.row().schema().getFields().size());
            }
        });
        Flux<RecordBatch> evaluated = evaluated(python(), "twice", RowErrors.deadLetter(letters));
        StepVerifier.create(evaluated.map(RecordBatches.closing(batch -> signals.add("batch"))), 0)
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertEquals(List.of("no 0 at 0:0 [0] of 1", "batch"), signals))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertEquals(
                        List.of("no 3 at 1:0 [3] of 1", "no 5 at 1:2 [5] of 1", "batch"), signals.subList(2, 5)))
                .thenRequest(2)
                .expectNextCount(2)
                .verifyComplete();
        assertEquals(
                List.of("no 6 at 2:0 [6] of 1", "no 7 at 2:1 [7] of 1", "batch", "batch"),
                signals.subList(5, signals.size()));
    }

    @Test
    void ofAChainAreToldOnceByTheFirstFunction() {
        Udf twice = udf("twice");
        Udf more = Udf.of("row_errors:ten_more").with("bad", List.of(4, 8)).as("z");
        Flux<RecordBatch> evaluated =
                source().transform(python().evaluate(twice, more).onRowError(RowErrors.deadLetter(letters)));
        assertEquals(List.of(12L, 26L), Results.values(evaluated, "z"));
        assertEquals(
                List.of(
                        "0 row_errors:twice",
                        "2 row_errors:ten_more",
                        "3 row_errors:twice",
                        "4 row_errors:ten_more",
                        "5 row_errors:twice",
                        "6 row_errors:twice",
                        "7 row_errors:twice"),
                taken(letter -> Batches.values(letter.row(), "x").get(0) + " " + letter.function()));
    }

    @Test
    void ofAResultThatDoesNotFitAreErrorsOfTheirRows() {
        Flux<RecordBatch> evaluated = Flux.defer(
                        () -> Flux.just(Columns.batch(Columns.int64(allocator, "x", 1L, 5551234L, 3L))))
                .transform(python().evaluate(Udf.of("row_errors:narrow").as("y"))
                        .onRowError(RowErrors.deadLetter(letters)));
        assertEquals(List.of((byte) 1, (byte) 3), Results.values(evaluated, "y"));
        List<String> told = taken(letter -> letter.pythonType() + letter.pythonTraceback() + letter.message());
        assertEquals(1, told.size());
        assertTrue(told.get(0).contains("but int8 is promised"), told.get(0));
        assertFalse(told.get(0).contains("5551234"), told.get(0));
    }

    @Test
    void leaveEveryTypeOfColumnAsItIs() {
        PythonRuntime python = python(2);
        Flux<RecordBatch> everything = one(1).transform(python.evaluate(Udf.map("row_errors:every_type")));
        List<Map<String, List<String>>> expected = rows(everything, 1, 2, 4);
        assertEquals(47, expected.get(0).size());

        Udf word =
                Udf.of("row_errors:word").on("x").with("bad", List.of(0, 3, 5)).as("word");
        Flux<RecordBatch> evaluated =
                everything.hide().transform(python.evaluate(word).onRowError(RowErrors.deadLetter(letters)));
        List<Map<String, List<String>>> given = rows(
                evaluated.map(batch -> {
                    try (batch) {
                        String[] names = batch.schema().getFields().stream()
                                .map(field -> field.getName())
                                .filter(name -> !name.equals("word"))
                                .toArray(String[]::new);
                        return batch.select(names);
                    }
                }),
                0,
                1,
                2);
        assertEquals(expected, given);
        List<Map<String, List<String>>> rejected = new ArrayList<>();
        letters.tryEmitComplete();
        letters.asFlux()
                .doOnNext(letter -> {
                    rejected.add(row(letter.row(), 0));
                    letter.close();
                })
                .blockLast(Results.LIMIT);
        assertEquals(rows(everything, 0, 3, 5), rejected);
    }

    @Test
    void ofTransformsThatDifferAreKeptApart() {
        PythonRuntime python = python(2);
        Flux<RecordBatch> evaluated = source().transform(
                        python.evaluate(udf("twice")).onRowError(RowErrors.skip()))
                .transform(python.evaluate(Udf.of("row_errors:not_row_wise").as("z")));
        assertEquals(List.of(1L, 2L, 4L, 8L), Results.values(evaluated, "z"));
    }

    @Test
    void needAFunctionThatIsDeclaredRowWise() {
        PythonRuntime python = python();
        for (RowErrors policy : List.of(RowErrors.toNull(), RowErrors.skip(), RowErrors.deadLetter(letters))) {
            Udf undeclared = Udf.of("row_errors:not_row_wise").as("y");
            UdfException refusal = Results.failure(
                    UdfException.class,
                    source().transform(python.evaluate(undeclared).onRowError(policy)));
            Results.assertSays(refusal, "row_errors:not_row_wise", "@udf(row_wise=True)");
        }
        Udf map = Udf.map("row_errors:every_type");
        Results.assertSays(
                Results.failure(
                        UdfException.class,
                        source().transform(python.evaluate(map).onRowError(RowErrors.skip()))),
                "row_errors:every_type is of kind 'map_arrow'");
    }

    @Test
    void fillASinkThatFailsTheEvaluationThen() {
        Sinks.Many<RowError> small = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(2));
        PythonRuntime python = python();
        Flux<RecordBatch> evaluated = evaluated(python, "twice", RowErrors.deadLetter(small));
        StepVerifier.create(small.asFlux().map(RowErrorsTest::placeOf), 0)
                .then(() -> StepVerifier.create(evaluated.map(RecordBatches.closing(RecordBatch::rowCount)))
                        .expectNext(2)
                        .expectErrorSatisfies(error -> Results.assertSays(
                                error, "RowError[ValueError in row_errors:twice, batch 1, row 2]", "FAIL_OVERFLOW"))
                        .verify(Results.LIMIT))
                .then(small::tryEmitComplete)
                .thenRequest(2)
                .expectNext("0:0", "1:0")
                .expectComplete()
                .verify(Results.LIMIT);
        assertEquals(NULLED, Results.values(evaluated(python, "twice", RowErrors.toNull()), "y"));
    }

    @Test
    void areReleasedWhenDownstreamCancels() {
        PythonRuntime python = python();
        Flux<RecordBatch> evaluated = evaluated(python, "twice", RowErrors.deadLetter(letters));
        StepVerifier.create(evaluated, 2)
                .consumeNextWith(RecordBatch::close)
                .consumeNextWith(RecordBatch::close)
                .thenCancel()
                .verify(Results.LIMIT);
        // Cancelled by take(1), the sink discards the two that nobody read.
        letters.asFlux()
                .doOnDiscard(RowError.class, RowError::close)
                .take(1)
                .doOnNext(RowError::close)
                .blockLast(Results.LIMIT);
        assertEquals(NULLED, Results.values(evaluated(python, "twice", RowErrors.toNull()), "y"));
    }

    @Test
    void areNotTheEndOfAReplay() {
        Udf twice = udf("twice").idempotent();
        BatchTransform replayed = python().evaluate(twice)
                .onRowError(RowErrors.deadLetter(letters))
                .replayOnWorkerLoss(1);
        assertEquals(List.of(2, 1, 0, 1), Results.borders(source().transform(replayed)));
        assertEquals(5, taken(RowError::message).size());
    }

    @Test
    void ofAnyRowsOfAnyBatchesLeaveTheOthersInPlace() {
        PythonRuntime python = python();
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<List<Long>> batches = Stream.generate(() ->
                            random.longs(random.nextInt(70), 0, 30).boxed().toList())
                    .limit(5)
                    .toList();
            Set<Long> bad = random.longs(random.nextInt(40), 0, 30).boxed().collect(Collectors.toSet());
            Udf twice = Udf.of(random.nextBoolean() ? "row_errors:twice" : "row_errors:twice_pandas")
                    .on("x")
                    .with("bad", List.copyOf(bad))
                    .as("y");
            List<String> rejected = new ArrayList<>();
            Sinks.Many<RowError> sink = Sinks.many().unicast().onBackpressureBuffer();
            sink.asFlux().subscribe(letter -> rejected.add(placeOf(letter)));
            List<List<List<Object>>> given = Flux.fromIterable(batches)
                    .map(this::withWords)
                    .transform(python.evaluate(twice).onRowError(RowErrors.deadLetter(sink)))
                    .map(RecordBatches.closing(batch -> List.of(
                            Batches.values(batch, "x"), Batches.values(batch, "word"), Batches.values(batch, "y"))))
                    .collectList()
                    .block(Results.LIMIT);

            List<String> places = new ArrayList<>();
            List<List<List<Object>>> expected = new ArrayList<>();
            for (List<Long> values : batches) {
                List<Long> kept = values.stream().filter(x -> !bad.contains(x)).toList();
                expected.add(List.of(
                        List.copyOf(kept),
                        kept.stream().<Object>map(x -> "w" + x).toList(),
                        kept.stream().<Object>map(x -> x * 2).toList()));
                IntStream.range(0, values.size())
                        .filter(row -> bad.contains(values.get(row)))
                        .forEach(row -> places.add(expected.size() - 1 + ":" + row));
            }
            assertEquals(expected, given, "seed " + seed);
            assertEquals(places, rejected, "seed " + seed);
        }
    }

    private RecordBatch withWords(List<Long> values) {
        return Columns.batch(
                Columns.int64(allocator, "x", values.toArray(Long[]::new)),
                Columns.string(
                        allocator, "word", values.stream().map(x -> "w" + x).toArray(String[]::new)));
    }

    private static String placeOf(RowError letter) {
        try (letter) {
            return letter.batchIndex() + ":" + letter.rowIndex();
        }
    }

    /** What the library says of a row is where it is, never what is in it. */
    @Test
    void doNotSayWhatIsInTheRow() {
        PythonRuntime python = python();
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        PrintStream before = System.err;
        List<Throwable> failures = new ArrayList<>();
        List<String> told;
        Flux<RecordBatch> secret =
                Flux.defer(() -> Flux.just(Columns.batch(Columns.int64(allocator, "x", 1L, 5551234L))));
        Sinks.Many<RowError> full = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(1));
        full.tryEmitComplete();
        Udf raising =
                Udf.of("row_errors:twice_pandas").with("bad", List.of(5551234)).as("y");
        try {
            System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
            failures.add(Results.failure(PythonException.class, secret.transform(python.evaluate(raising))));
            Udf narrow = Udf.of("row_errors:narrow").as("y");
            failures.add(Results.failure(UdfException.class, secret.transform(python.evaluate(narrow))));
            for (Udf udf : List.of(raising, narrow)) {
                BatchTransform evaluate = python.evaluate(udf);
                failures.add(Results.failure(
                        UdfException.class, secret.transform(evaluate.onRowError(RowErrors.deadLetter(full)))));
                Results.borders(secret.transform(evaluate.onRowError(RowErrors.deadLetter(letters))));
            }
            told = taken(letter -> letter + letter.message() + letter.pythonTraceback());
        } finally {
            System.setErr(before);
        }
        assertEquals(2, told.size());
        failures.forEach(failure -> told.add(failure + " " + failure.getCause()));
        told.add(((PythonException) failures.get(0)).pythonTraceback());
        told.add(logged.toString(StandardCharsets.UTF_8));
        told.forEach(text -> assertFalse(text.contains("5551234"), text));
    }

    private Flux<RecordBatch> evaluated(PythonRuntime python, String function, RowErrors policy) {
        return source().transform(python.evaluate(udf(function)).onRowError(policy));
    }

    private static Udf udf(String function) {
        return Udf.of("row_errors:" + function)
                .on("x")
                .with("bad", List.of(0, 3, 5, 6, 7))
                .as("y");
    }

    /** 0 to 8, in batches of 3, 3, 2 and 1 rows. */
    private Flux<RecordBatch> source() {
        return Flux.defer(() -> Flux.just(0, 3, 6, 8))
                .map(first -> Batches.range(allocator, first, first < 6 ? 3 : first == 6 ? 2 : 1));
    }

    private Flux<RecordBatch> one(int rows) {
        return Flux.defer(() -> Flux.just(Batches.range(allocator, 1, rows)));
    }

    private <T> List<T> taken(Function<RowError, T> read) {
        letters.tryEmitComplete();
        List<T> all = new ArrayList<>();
        letters.asFlux()
                .doOnNext(letter -> {
                    try (letter) {
                        all.add(read.apply(letter));
                    }
                })
                .blockLast(Results.LIMIT);
        return all;
    }

    /** Rows of the only batch that there is. */
    private static List<Map<String, List<String>>> rows(Flux<RecordBatch> batches, int... rows) {
        return batches.map(RecordBatches.closing(batch ->
                        IntStream.of(rows).mapToObj(row -> row(batch, row)).toList()))
                .blockLast(Results.LIMIT);
    }

    /** Each column's value and type. */
    private static Map<String, List<String>> row(RecordBatch batch, int row) {
        Map<String, List<String>> columns = new TreeMap<>();
        for (FieldVector column : batch.columns()) {
            Object value = column.getObject(row);
            String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
            columns.put(column.getName(), List.of(column.getField().getType().toString(), text));
        }
        return columns;
    }
}
