package io.github.reactorudf;

import static io.github.reactorudf.Results.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.github.reactorudf.protocol.FrameType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/**
 * Whatever a worker sends that it must not: the subscriber gets a {@link ProtocolException}, the process is killed, the
 * next evaluation has another, and no byte is left. What rules P2 and P13 say is ignored changes nothing.
 */
class BadFramesTest extends PythonTest {

    private static final int HELLO = 1;
    private static final int WELCOME = 2;
    private static final int PREPARE = 3;
    private static final int PREPARED = 4;
    private static final int SETUP = 5;
    private static final int REQUEST_N = 6;
    private static final int PAYLOAD = 7;
    private static final int COMPLETE = 8;
    private static final int CANCEL = 9;
    private static final int ERROR = 10;
    private static final int ENDED = 11;
    private static final int LOG = 12;
    private static final int ROW_ERRORS = 13;
    private static final int BORDERS = 14;
    private static final List<Integer> ROWS = List.of(10, 7, 4);

    /** Stands for the evaluation that is running. */
    private static final long OWN = -1;

    private final ScriptedPeer peer = new ScriptedPeer();
    private final Collection<DynamicTest> tests = new ArrayList<>();
    private @Nullable PythonRuntime runtime;
    private int cases;

    @TestFactory
    Collection<DynamicTest> headers() {
        bad("a negative body", change(PAYLOAD, frame -> frame.bodyLength(-1)), "-1 bytes");
        bad("a body over 2 GiB - 1", change(PAYLOAD, frame -> frame.bodyLength(1L << 31)), "2147483648");
        bad("a body of 8 EiB", change(PAYLOAD, frame -> frame.bodyLength(Long.MAX_VALUE)), "9223372036854775807");
        bad("negative metadata", change(PAYLOAD, frame -> frame.metadataLength(-1)), "-1 bytes");
        bad("metadata over 16 MiB", change(PAYLOAD, frame -> frame.metadataLength((16 << 20) + 1)), "16777217");
        bad("the type 0", change(PAYLOAD, frame -> frame.type(0)), "unknown type 0");
        bad("the type 99", change(PAYLOAD, frame -> frame.type(99)), "unknown type 99");
        bad("the type 255", change(COMPLETE, frame -> frame.type(255)), "unknown type 255");
        bad("a reserved field", change(PAYLOAD, frame -> frame.reserved(1)), "reserved");
        bad("bytes that are no frame", change(PAYLOAD, frame -> frame.type('H').reserved(0x2F31)), "unknown type");
        bad("metadata longer than stated", change(PAYLOAD, frame -> frame.metadataLength(frame.metadataLength() - 8)));
        bad("a body longer than stated", change(PAYLOAD, frame -> frame.bodyLength(frame.bodyLength() - 8)));
        bad("a body in an ENDED", before(PAYLOAD, frame(ENDED).bodyLength(Integer.MAX_VALUE)), "ENDED", "body");
        bad("a body in a LOG", before(PAYLOAD, json(LOG, 0, "{}").bodyLength(1 << 30)), "LOG", "body");
        bad("a schema over 16 MiB", change(PREPARED, frame -> frame.bodyLength(1 << 30)), "PREPARED", "1073741824");
        fine("unknown flags", change(PAYLOAD, frame -> frame.flags(frame.flags() | 0xF0)));
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> frames() {
        fromTheJvm(HELLO, "{'versions':[1],'secret':''}");
        fromTheJvm(PREPARE, "{'id':9,'modules':[],'stages':[]}");
        fromTheJvm(SETUP, "{'prepared':1,'window':{'batches':1,'bytes':1},'demand':{'batches':1,'bytes':1}}");
        fromTheJvm(CANCEL, "");
        bad("a second WELCOME", before(PAYLOAD, json(WELCOME, 0, "{'version':1,'pid':1}")), "WELCOME");
        bad("a PREPARED unasked", before(PAYLOAD, json(PREPARED, 0, "{'id':9,'reads':[],'stages':[]}")), "PREPARED");
        bad("a PAYLOAD of none", change(PAYLOAD, frame -> frame.evaluation(0)), "PAYLOAD", "outside");
        bad("an ENDED of none", before(PAYLOAD, frame(ENDED).evaluation(0)), "ENDED", "outside");
        bad("a REQUEST_N too short", before(COMPLETE, requestN(1)), "REQUEST_N", "8 bytes");
        bad("a REQUEST_N too long", before(COMPLETE, requestN(1, 1, 1)), "REQUEST_N", "24 bytes");
        bad("a REQUEST_N that takes batches back", before(COMPLETE, requestN(-1, 0)), "takes demand back");
        bad("a REQUEST_N that takes bytes back", before(COMPLETE, requestN(0, Long.MIN_VALUE)), "takes demand back");
        bad("a REQUEST_N of the right", before(COMPLETE, requestN(0, 0).flags(2)), "a second input, but there is one");
        bad("an ERROR without JSON", before(PAYLOAD, json(ERROR, OWN, "{")), "JSON of a ERROR");
        bad("an ERROR that is a list", before(PAYLOAD, json(ERROR, OWN, "[]")), "JSON of a ERROR");
        bad("an ERROR that is null", before(PAYLOAD, json(ERROR, OWN, "null")), "ERROR", "null");
        bad("an ERROR of nothing", before(PAYLOAD, json(ERROR, OWN, "{}")), "ERROR");
        bad("an ERROR of an unknown kind", before(PAYLOAD, json(ERROR, OWN, "{'kind':'new','message':'m'}")), "m");
        bad("an ERROR of the protocol", before(PAYLOAD, json(ERROR, 0, "{'kind':'protocol','message':'m'}")), "m");
        bad("JSON a million deep", before(PAYLOAD, json(ERROR, OWN, "[".repeat(1 << 20))), "JSON of a ERROR");
        bad("JSON in no encoding", before(PAYLOAD, WireFrame.of(ERROR, 0, OWN, new byte[] {-1, -2, 0})), "JSON");
        bad("a LOG of nothing", before(PAYLOAD, json(LOG, OWN, "{}")), "LOG");
        bad("ROW_ERRORS unasked", before(PAYLOAD, rowErrors(OWN, "0")), "not asked");
        bad("ROW_ERRORS of no row", before(PAYLOAD, json(ROW_ERRORS, OWN, "{'rows':[]}")), "without rows");
        bad("ROW_ERRORS of nothing", before(PAYLOAD, json(ROW_ERRORS, OWN, "{'rows':[null]}")), "lacks");
        bad("ROW_ERRORS of no number", before(PAYLOAD, rowErrors(OWN, "'x'")), "JSON of a ROW_ERRORS");
        bad("ROW_ERRORS of none", before(PAYLOAD, rowErrors(0, "0")), "ROW_ERRORS", "outside");
        fine("ROW_ERRORS of an evaluation before", before(PAYLOAD, rowErrors(1, "0")));
        fine("a LOG of an unknown level", before(PAYLOAD, log(OWN, "FATAL")));
        fine("a LOG of another evaluation", before(PAYLOAD, log(77, "INFO")));
        fine("unknown members", change(PREPARED, frame -> frame.json(json -> "{\"new\":[1]," + json.substring(1))));
        return tests;
    }

    private void fromTheJvm(int type, String json) {
        String name = FrameType.of(type).name();
        bad("a " + name + " in an evaluation", before(PAYLOAD, json(type, OWN, json)), name);
        bad("a " + name + " of none", before(PAYLOAD, json(type, 0, json)), name);
    }

    @TestFactory
    Collection<DynamicTest> welcomes() {
        badAtStart("of another version", welcome("\"version\": ?1", "\"version\":2"), "version 2");
        badAtStart("without a version", welcome("\"version\": ?1", "\"new\":1"), "version 0");
        badAtStart("without a process", welcome("\"pid\": ?[0-9]+", "\"pid\":0"), "process 0");
        badAtStart("without JSON", change(WELCOME, frame -> frame.metadata(new byte[] {'{'})), "WELCOME");
        badAtStart("that is an ENDED", change(WELCOME, frame -> frame(ENDED).evaluation(0)), "ENDED");
        badAtStart("that is a PAYLOAD", change(WELCOME, frame -> frame.type(PAYLOAD)), "PAYLOAD");
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> preparations() {
        bad("without JSON", change(PREPARED, frame -> frame.json(json -> "")), "PREPARED");
        bad("without members", change(PREPARED, frame -> frame.json(json -> "{}")), "PREPARED");
        bad(
                "of another id",
                change(PREPARED, frame -> frame.json(json -> json.replaceFirst("[0-9]+", "1234"))),
                "1234");
        bad("of a column that is none", change(PREPARED, reads("[1]")), "column 1 of 1");
        bad("of a column below 0", change(PREPARED, reads("[-1]")), "column -1 of 1");
        bad("of a column twice", change(PREPARED, reads("[0,0]")), "ascending");
        bad("of no column in particular", change(PREPARED, reads("[null]")), "reads");
        bad("of two inputs", change(PREPARED, member("'readsRight':[0]")), "two inputs, but there are 1");
        bad("without a schema", change(PREPARED, frame -> frame.body(0)), "Arrow message");
        bad("with half a schema", change(PREPARED, frame -> frame.body((int) frame.bodyLength() / 2)), "Arrow message");
        bad("sent twice", times(PREPARED, 2), "PREPARED");
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> preparationsOfTwoInputs() {
        badOfTwo("of one input", change(PREPARED, readsRight("null")), "one input, but there are 2");
        badOfTwo("of a column that is none", change(PREPARED, readsRight("[0,1]")), "column 1 of 1");
        badOfTwo("of a column twice", change(PREPARED, readsRight("[0,0]")), "ascending");
        badOfTwo("of no column in particular", change(PREPARED, readsRight("[null]")), "readsRight");
        badOfTwo(
                "of a row for each row",
                change(PREPARED, frame -> frame.json(json -> json.replaceFirst("false", "true"))),
                "a row for each row of two inputs");
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> data() {
        bad("metadata of zeros", change(PAYLOAD, frame -> frame.metadata(new byte[frame.metadataLength()])));
        bad("no metadata", change(PAYLOAD, frame -> frame.metadata(new byte[0])));
        bad("half the metadata", change(PAYLOAD, frame -> frame.metadata(frame.firstMetadata(64))));
        bad("half the body", change(PAYLOAD, frame -> frame.body(40)));
        bad("no body", change(PAYLOAD, frame -> frame.body(0)));
        bad("a dictionary that is none", change(PAYLOAD, frame -> frame.flags(1)));
        bad("a row less", change(PAYLOAD, frame -> frame.patched(10, 9)), "9 rows for 10");
        bad("rows below 0", change(PAYLOAD, frame -> frame.patched(10, -10)));
        bad("more rows than bytes", change(PAYLOAD, frame -> frame.patched(10, 1L << 40)));
        bad("a buffer beyond the body", change(PAYLOAD, frame -> frame.patched(80, 1L << 40)));
        bad("a buffer below 0", change(PAYLOAD, frame -> frame.patched(80, -80)));
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> bordersOfResults() {
        bad("of a function that is not row-wise", before(PAYLOAD, borders(4, 6)), "BORDERS", "sent as one");
        badOfRows("of no batch", before(PAYLOAD, borders()), "BORDERS frame of 0 bytes");
        badOfRows("of one batch", before(PAYLOAD, borders(10)), "two batches or more");
        badOfRows("below 0", before(PAYLOAD, borders(11, -1)), "-1 rows");
        badOfRows(
                "beyond what a batch has", before(PAYLOAD, borders(Integer.MAX_VALUE, 1)), "1 rows behind 2147483647");
        badOfRows("of half a count", before(PAYLOAD, WireFrame.of(BORDERS, 0, OWN, new byte[9])), "9 bytes");
        badOfRows("of more rows", before(PAYLOAD, borders(4, 7)), "10 rows, and borders of 11 rows");
        badOfRows("of batches that were not sent", before(PAYLOAD, borders(4, 6)), "4 rows for 10");
        badOfRows("twice", first(PAYLOAD, frame -> twice(borders(4, 6), frame)), "two BORDERS");
        badOfRows("of nothing that follows", before(COMPLETE, borders(4, 6)), "without its batch");
        badOfRows("outside an evaluation", before(PAYLOAD, borders(4, 6).evaluation(0)), "outside");
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> sequences() {
        bad("a batch twice", times(PAYLOAD, 2), "10 rows for 7");
        bad("two batches in reverse", reversed(), "7 rows for 10");
        bad("a batch left out", times(PAYLOAD, 0), "7 rows for 10");
        bad("COMPLETE first", before(PAYLOAD, frame(COMPLETE)), "missing");
        bad("ENDED first", before(PAYLOAD, frame(ENDED)), "without a result");
        bad("no COMPLETE", times(COMPLETE, 0), "without a result");
        late("COMPLETE twice", before(ENDED, frame(COMPLETE)));
        late("an ERROR after COMPLETE", before(ENDED, json(ERROR, OWN, "{'kind':'usage','message':'m'}")));
        late("a batch after COMPLETE", before(ENDED, WireFrame.of(PAYLOAD, 0, OWN, new byte[8])));
        fine("an ENDED that comes twice", times(ENDED, 2));
        fine("batches of an evaluation before", before(PAYLOAD, frame -> frame.evaluation(frame.evaluation() - 1)));
        fine("batches of an evaluation to come", before(PAYLOAD, frame -> frame.evaluation(frame.evaluation() + 1)));
        fine("an end of an evaluation before", before(PAYLOAD, frame(ENDED).evaluation(1)));
        return tests;
    }

    @Test
    void batchesBeyondTheGrant() {
        int before = worker();
        peer.follow(times(PAYLOAD, 2));
        Udf evens = Udf.of("functions:evens");
        StepVerifier.create(
                        Batches.ranges(allocator, 3, 10).transform(scripted().evaluate(evens)), 1)
                .consumeNextWith(RecordBatch::close)
                .consumeErrorWith(
                        error -> Results.assertSays(assertInstanceOf(ProtocolException.class, error), "not granted"))
                .verify(LIMIT);
        awaitEnd(before);
        peer.beHonest();
        assertNotEquals(before, worker());
    }

    private void bad(String name, ScriptedPeer.Script script, String... says) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            peer.beHonest();
            assertRefused(script, evaluated(), says);
        }));
    }

    /** As {@link #bad}, in an evaluation of two inputs. */
    private void badOfTwo(String name, ScriptedPeer.Script script, String... says) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            peer.beHonest();
            assertRefused(script, evaluatedOfTwo(), says);
        }));
    }

    /** As {@link #bad}, in an evaluation of a row-wise function. */
    private void badOfRows(String name, ScriptedPeer.Script script, String... says) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            peer.beHonest();
            assertRefused(script, evaluated("merging:plus_one"), says);
        }));
    }

    /** As {@link #bad}, on a connection of its own. */
    private void badAtStart(String name, ScriptedPeer.Script script, String... says) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            peer.beHonest();
            worker();
            scripted().acquire(0).doOnNext(WorkerLease::invalidate).block(LIMIT);
            peer.follow(script);
            Results.assertSays(Results.failure(ProtocolException.class, evaluated()), says);
            peer.beHonest();
            worker();
        }));
    }

    private void assertRefused(ScriptedPeer.Script script, Flux<RecordBatch> evaluated, String... says) {
        int before = worker();
        peer.follow(script);
        ProtocolException error = Results.failure(ProtocolException.class, evaluated);
        Results.assertSays(error, says);
        awaitEnd(before);
        peer.beHonest();
        assertNotEquals(before, worker());
    }

    /** The subscriber had all and its end; the worker is not used again. */
    private void late(String name, ScriptedPeer.Script script) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            peer.beHonest();
            int before = worker();
            peer.follow(script);
            assertEquals(ROWS, Results.borders(evaluated()));
            awaitEnd(before);
            peer.beHonest();
            assertNotEquals(before, worker());
        }));
    }

    private void fine(String name, ScriptedPeer.Script script) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            peer.beHonest();
            int before = worker();
            peer.follow(script);
            assertEquals(ROWS, Results.borders(evaluated()));
            peer.beHonest();
            assertEquals(before, worker());
        }));
    }

    private PythonRuntime scripted() {
        return runtime == null ? runtime = python(builder().onConnected(peer::install)) : runtime;
    }

    /** Under a name of its own: a preparation is not repeated on a connection. */
    private Flux<RecordBatch> evaluated() {
        return evaluated("functions:plus_one_arrow");
    }

    private Flux<RecordBatch> evaluated(String function) {
        Udf plusOne = Udf.of(function).on("x").as("y" + cases++);
        return Flux.fromIterable(ROWS)
                .map(rows -> Batches.range(allocator, 0, rows))
                .transform(scripted().evaluate(plusOne));
    }

    private Flux<RecordBatch> evaluatedOfTwo() {
        Udf sides = Udf.cogroupedMap("cogroups:sides").groupBy("x").collect((1 << 20) + cases++);
        return Batches.ranges(allocator, 2, 3)
                .transform(scripted().evaluate(sides).right(Batches.ranges(allocator, 3, 2)));
    }

    private int worker() {
        Udf process = Udf.of("operators:process_of_iterator").on("x").as("pid");
        Flux<RecordBatch> told =
                Batches.ranges(allocator, 1, 1).transform(scripted().evaluate(process));
        return Math.toIntExact((Long) Results.values(told, "pid").get(0));
    }

    private void awaitEnd(int pid) {
        assertNotNull(TransportContract.supervisor(scripted()).exit(pid).block(LIMIT));
    }

    private static WireFrame frame(int type) {
        return WireFrame.of(type, 0, OWN, new byte[0]);
    }

    private static WireFrame json(int type, long evaluation, String json) {
        return WireFrame.of(type, 0, evaluation, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static WireFrame borders(int... rows) {
        ByteBuffer metadata = ByteBuffer.allocate(rows.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        metadata.asIntBuffer().put(rows);
        return WireFrame.of(BORDERS, 0, OWN, metadata.array());
    }

    private static List<WireFrame> twice(WireFrame one, WireFrame before) {
        WireFrame own = one.evaluation(before.evaluation());
        return List.of(own, own, before);
    }

    private static WireFrame log(long evaluation, String level) {
        return json(LOG, evaluation, "{'logger':'stdout','level':'" + level + "','message':'m'}");
    }

    private static WireFrame rowErrors(long evaluation, String row) {
        String error = "{'rows':[{'row':" + row + ",'type':'E','message':'m','traceback':'t','function':'f'}]}";
        return json(ROW_ERRORS, evaluation, error);
    }

    private static WireFrame requestN(long... numbers) {
        ByteBuffer metadata = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        metadata.asLongBuffer().put(numbers);
        return WireFrame.of(REQUEST_N, 0, OWN, metadata.array());
    }

    /** Such a member more. */
    private static UnaryOperator<WireFrame> member(String member) {
        return frame -> frame.json(json -> "{" + member.replace('\'', '"') + "," + json.substring(1));
    }

    private static UnaryOperator<WireFrame> readsRight(String columns) {
        return frame -> frame.json(json -> json.replaceFirst("(\"readsRight\": ?)\\[0\\]", "$1" + columns));
    }

    private static UnaryOperator<WireFrame> reads(String columns) {
        return frame -> frame.json(json -> json.replaceFirst("\\[0\\]", columns));
    }

    private static ScriptedPeer.Script welcome(String pattern, String replacement) {
        return change(WELCOME, frame -> frame.json(json -> json.replaceFirst(pattern, replacement)));
    }

    /** The first frame of the type as {@code change} makes it. */
    private static ScriptedPeer.Script change(int type, UnaryOperator<WireFrame> change) {
        return first(type, frame -> List.of(change.apply(frame)));
    }

    private static ScriptedPeer.Script times(int type, int times) {
        return first(type, frame -> Collections.nCopies(times, frame));
    }

    /** A frame more, before the first of the type. */
    private static ScriptedPeer.Script before(int type, WireFrame more) {
        return before(type, frame -> more.evaluation() == OWN ? more.evaluation(frame.evaluation()) : more);
    }

    private static ScriptedPeer.Script before(int type, UnaryOperator<WireFrame> more) {
        return first(type, frame -> List.of(more.apply(frame), frame));
    }

    private static ScriptedPeer.Script first(int type, Function<WireFrame, List<WireFrame>> says) {
        boolean[] met = {false};
        return frame -> {
            if (met[0] || frame.type() != type) {
                return List.of(frame);
            }
            met[0] = true;
            return says.apply(frame);
        };
    }

    /** The first two batches in the other order. */
    private static ScriptedPeer.Script reversed() {
        List<WireFrame> kept = new ArrayList<>();
        return frame -> {
            if (kept.size() == 2 || frame.type() != PAYLOAD) {
                return List.of(frame);
            }
            kept.add(0, frame);
            return kept.size() == 2 ? List.copyOf(kept) : List.of();
        };
    }
}
