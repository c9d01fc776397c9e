"""K10: functions of the groups of two inputs, which are merged by their keys or collected."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from jvm import PLENTY, Jvm, frame_encoder, output_schema, stage, worker

from reactor_udf._frames import (
    Complete,
    Credit,
    Ended,
    Error,
    Frame,
    Payload,
    Prepared,
    RequestN,
    StageRequest,
)

LEFT = pa.schema([("k", pa.int64()), ("x", pa.int64())])
RIGHT = pa.schema([("k", pa.int64()), ("y", pa.int64())])
SIDES = stage("cogroup_udfs:sides", group_by=["k"])

Keys = Sequence[Sequence[Any]]


def batches(schema: pa.Schema, keys: Keys) -> list[pa.RecordBatch]:
    """Batches of these keys, beside a column of ones."""
    kind, other = schema.field(0).type, schema.field(1).type
    return [
        pa.RecordBatch.from_arrays(
            [pa.array(batch, kind), pa.array([1] * len(batch), other)], schema=schema
        )
        for batch in keys
    ]


def evaluate(
    jvm: Jvm,
    left: Keys,
    right: Keys,
    *stages: StageRequest,
    schemas: tuple[pa.Schema, pa.Schema] = (LEFT, RIGHT),
) -> tuple[list[list[Any]], Frame]:
    """The rows of each batch that comes out, and the end."""
    prepared = jvm.prepare(schemas[0], *(stages or [SIDES]), right=schemas[1])
    given = [batches(schema, keys) for schema, keys in zip(schemas, (left, right), strict=True)]
    outputs, end = jvm.run_to_end(prepared, *given)
    return [[tuple(row.values()) for row in output.to_pylist()] for output in outputs], end


def rows(
    jvm: Jvm,
    left: Keys,
    right: Keys,
    *stages: StageRequest,
    schemas: tuple[pa.Schema, pa.Schema] = (LEFT, RIGHT),
) -> list[Any]:
    outputs, end = evaluate(jvm, left, right, *stages, schemas=schemas)
    assert isinstance(end, Complete), end
    return [row for output in outputs for row in output]


def expected(left: Keys, right: Keys) -> list[tuple[Any, int, int]]:
    lefts, rights = (Counter(key for batch in side for key in batch) for side in (left, right))
    keys = sorted(lefts | rights, key=lambda key: (key is None, key))
    return [(key, lefts[key], rights[key]) for key in keys]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([[1, 1, 2], [2, 3]], [[1], [2, 2, 2, 4]]),
        ([[1], [1], [1], [2]], [[1, 2], [2], [2]]),
        ([[1, 2, 3]], [[7], [8], [9]]),
        ([[7, 8, 9]], [[1], [2], [3]]),
        ([[1, 2, 3]], []),
        ([], [[1, 1], [1]]),
        ([], []),
        ([[], [1], []], [[], []]),
        ([[1, None], [None]], [[None]]),
        ([[5]], [[1, None]]),
    ],
)
def test_keys_of_either_side_meet(jvm: Jvm, left: Keys, right: Keys) -> None:
    assert rows(jvm, left, right) == expected(left, right)


def cut(keys: Iterable[int], chance: random.Random) -> Keys:
    """Sorted keys, in batches of any length."""
    cuts: list[list[int]] = [[]]
    for key in sorted(keys):
        if chance.random() < 0.2:
            cuts.append([])
        cuts[-1].append(key)
    return cuts


@pytest.mark.parametrize("seed", range(20))
def test_any_keys_in_any_batches(jvm: Jvm, seed: int) -> None:
    chance = random.Random(seed)
    left, right = (
        cut(chance.choices(range(1, 40), k=chance.randrange(200)), chance) for _ in range(2)
    )
    assert rows(jvm, left, right) == expected(left, right)


def test_groups_known_with_a_batch_are_an_output(jvm: Jvm) -> None:
    outputs, _ = evaluate(jvm, [[1, 2, 3], [4]], [[1, 2, 3, 4]])
    assert outputs == [[(1, 1, 1), (2, 1, 1)], [(3, 1, 1)], [(4, 1, 1)]]


NUMBERS = (
    pa.schema([("k", pa.float64()), ("x", pa.int64())]),
    pa.schema([("k", pa.float64()), ("y", pa.int64())]),
)


def test_nans_are_behind_all_numbers_and_before_nulls(jvm: Jvm) -> None:
    nan = float("nan")
    by_name = stage("cogroup_udfs:named", group_by=["k"])
    left: Keys = [[-1.0, 0.0, nan], [nan, None]]
    right: Keys = [[-0.0, float("inf"), nan, None, None]]
    assert rows(jvm, left, right, by_name, schemas=NUMBERS) == [
        ("-1.0", 1, 0),
        ("0.0", 1, 1),
        ("inf", 0, 1),
        ("nan", 2, 1),
        ("None", 1, 2),
    ]


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (pa.string(), "Z", "a"),
        (pa.string(), "\uffff", "\U00010000"),
        (pa.large_string(), "a", "aa"),
        (pa.binary(), b"\x7f", b"\x80"),
        (pa.bool_(), False, True),
        (pa.decimal128(5, 2), Decimal("-1.00"), Decimal("0.50")),
        (pa.date32(), datetime.date(1969, 1, 1), datetime.date(1970, 1, 1)),
        (pa.timestamp("us", "UTC"), datetime.datetime(1969, 1, 1), datetime.datetime(1970, 1, 1)),
        (pa.time64("us"), datetime.time(1), datetime.time(2)),
        (pa.duration("s"), datetime.timedelta(-1), datetime.timedelta(1)),
        (pa.uint64(), 1, (1 << 64) - 1),
        (pa.int64(), -(1 << 63), (1 << 63) - 1),
    ],
)
@pytest.mark.parametrize("collect", [None, 1 << 20])
def test_order_of_each_type(
    jvm: Jvm, kind: pa.DataType, low: Any, high: Any, collect: int | None
) -> None:
    schemas = tuple(pa.schema([("k", kind), (name, pa.int64())]) for name in "xy")
    by_name = stage("cogroup_udfs:named", group_by=["k"], collect=collect)
    left, right = [[low, high], [high, None]], [[low], [low, low], [high, None, None]]
    found = rows(jvm, left, right, by_name, schemas=(schemas[0], schemas[1]))
    assert [row[1:] for row in found] == [(1, 3), (2, 1), (1, 2)]


@pytest.mark.parametrize(
    ("left", "right", "side"),
    [
        ([[1, 2], [1]], [[1]], "left"),
        ([[1]], [[3, 2]], "right"),
        ([[1]], [[None], [1]], "right"),
    ],
)
def test_a_key_out_of_order_is_an_error(jvm: Jvm, left: Keys, right: Keys, side: str) -> None:
    _, end = evaluate(jvm, left, right)
    assert isinstance(end, Error)
    assert f"a key of the {side} one comes after a greater one" in end.message
    assert "sort both streams ascending by the key, NaNs and then nulls last" in end.message


def test_both_sides_are_collected_and_sorted(jvm: Jvm) -> None:
    collected = stage("cogroup_udfs:sides", group_by=["k"], collect=1 << 20)
    left: Keys = [[3, None, 1], [2, 3]]
    right: Keys = [[None, 5], [1, 3, 1]]
    assert rows(jvm, left, right, collected) == expected(left, right)


def test_two_keys_are_collected_and_sorted(jvm: Jvm) -> None:
    by_both = stage(
        "cogroup_udfs:named", group_by=["k", "x"], group_right_by=["k", "y"], collect=1 << 20
    )
    assert rows(jvm, [[2, 1, 2]], [[3, 2]], by_both) == [
        ("1, 1", 1, 0),
        ("2, 1", 2, 1),
        ("3, 1", 0, 1),
    ]


@pytest.mark.parametrize(("left", "right"), [([[1] * 9], [[1]]), ([[1]], [[1] * 9])])
def test_each_side_is_collected_up_to_the_limit(jvm: Jvm, left: Keys, right: Keys) -> None:
    _, end = evaluate(jvm, left, right, stage("cogroup_udfs:sides", group_by=["k"], collect=100))
    assert isinstance(end, Error)
    assert "more than the 100 bytes that collect(...) allows" in end.message


def test_keys_of_other_names_on_the_right(jvm: Jvm) -> None:
    right = pa.schema([("key", pa.int64()), ("y", pa.int64())])
    by_names = stage("cogroup_udfs:sides", group_by=["k"], group_right_by=["key"])
    assert rows(jvm, [[1]], [[1, 1]], by_names, schemas=(LEFT, right)) == [(1, 1, 2)]


def test_no_key_is_one_group_of_all(jvm: Jvm) -> None:
    all_rows = stage("cogroup_udfs:joined", group_by=[])
    assert rows(jvm, [[1], [2]], [[1]], all_rows) == [(1, 1, 1)]


def test_the_kind_may_be_declared(jvm: Jvm) -> None:
    declared = stage("cogroup_udfs:declared", group_by=["k"], constants={"more": 5})
    assert rows(jvm, [[1, 1]], [[1]], declared) == [(8,)]


def test_polars_frames_are_cogrouped_too(jvm: Jvm) -> None:
    by_key = stage("cogroup_udfs:sides_polars", group_by=["k"])
    assert rows(jvm, [[1, 2]], [[2, 3]], by_key) == [(1, 1, 0), (2, 1, 1), (3, 0, 1)]


def test_other_stages_follow(jvm: Jvm) -> None:
    follows = stage("cogroup_udfs:plus_right", on=["right"])
    assert rows(jvm, [[1]], [[1, 1]], SIDES, follows) == [(1, 1, 2, 2)]


TYPES = pa.schema(
    [
        ("k", pa.int64()),
        ("words", pa.dictionary(pa.int32(), pa.string())),
        ("text", pa.string()),
        ("when", pa.timestamp("us", "UTC")),
        ("day", pa.date32()),
        ("truth", pa.bool_()),
        ("list", pa.list_(pa.int64())),
        ("struct", pa.struct([("a", pa.decimal128(5, 2))])),
        ("null", pa.null()),
        ("uuid", pa.uuid()),
    ]
)


@pytest.mark.parametrize("function", ["types", "schemas"])
def test_a_side_without_the_key_has_the_same_types(jvm: Jvm, function: str) -> None:
    now = datetime.datetime.now(tz=datetime.timezone.utc)
    full = pa.RecordBatch.from_arrays(
        [
            pa.array([1]),
            pa.array(["a"]).dictionary_encode(),
            pa.array(["a"]),
            pa.array([now], pa.timestamp("us", "UTC")),
            pa.array([now.date()]),
            pa.array([True]),
            pa.array([[1]]),
            pa.array([{"a": Decimal("1.00")}], TYPES.field("struct").type),
            pa.nulls(1),
            pa.array([b"0123456789abcdef"], pa.uuid()),
        ],
        schema=TYPES,
    )
    by_key = stage(f"cogroup_udfs:{function}", group_by=["k"])
    prepared = jvm.prepare(TYPES, by_key, right=TYPES)
    jvm.set_up(prepared)
    jvm.complete()
    jvm.send(*dictionaries_first(jvm, full, right=True))
    jvm.complete(right=True)
    output = jvm.expect_batch(prepared)
    (row,) = output.to_pylist()
    assert row["left"] == row["right"]
    assert [type(jvm.receive()) for _ in range(2)] == [Complete, Ended]


def dictionaries_first(jvm: Jvm, batch: pa.RecordBatch, *, right: bool) -> list[Payload]:
    evaluation = jvm.payloads(batch)[0].evaluation
    frames = frame_encoder(batch.schema, evaluation)(batch)
    return [Payload(evaluation, frame.message, frame.dictionary, right) for frame in frames]


def test_dictionaries_of_both_sides_come_in_turn(jvm: Jvm) -> None:
    """Frames of one side come between a dictionary of the other and its batch."""
    words = pa.schema([("k", pa.dictionary(pa.int32(), pa.string()))])
    by_name = stage("cogroup_udfs:named", group_by=["k"])
    prepared = jvm.prepare(words, by_name, right=words)
    jvm.set_up(prepared)
    left, right = (
        pa.record_batch([pa.array(keys).dictionary_encode()], schema=words)
        for keys in (["a", "b", "b"], ["b", "c"])
    )
    frames = zip(
        dictionaries_first(jvm, left, right=False),
        dictionaries_first(jvm, right, right=True),
        strict=True,
    )
    jvm.send(*(frame for pair in frames for frame in pair))
    jvm.complete()
    jvm.complete(right=True)
    outputs = [tuple(row.values()) for row in read_outputs(jvm, prepared)]
    assert outputs == [("a", 1, 0), ("b", 2, 1), ("c", 0, 1)]


def read_outputs(jvm: Jvm, prepared: Prepared) -> list[dict[str, Any]]:
    """The rows of all output, to the end."""
    found = []
    while not isinstance(frame := jvm.receive(), Ended):
        if isinstance(frame, Payload):
            batch = pa.ipc.read_record_batch(frame.message, output_schema(prepared))
            found += batch.to_pylist()
        else:
            assert isinstance(frame, (RequestN, Complete)), frame
    return found


@pytest.mark.parametrize("window", [1, 2, 5])
def test_each_side_is_granted_for_itself(window: int) -> None:
    """Both sides have far more than the window and the socket's buffers; each sends what it may."""
    sides = {
        False: batches(LEFT, [[key] * 500 for key in range(40)]),
        True: batches(RIGHT, [[key] * 700 for key in range(0, 60, 3)]),
    }
    with worker(socket_buffer=4096) as jvm:
        jvm.greet()
        prepared = jvm.prepare(LEFT, SIDES, right=RIGHT)
        jvm.set_up(prepared, Credit(window, 1 << 40))
        credit = {False: window, True: window}
        found: list[Any] = []
        while True:
            for right, waiting in sides.items():
                while waiting and credit[right]:
                    jvm.send_batches(waiting.pop(0), right=right)
                    credit[right] -= 1
                    if not waiting:
                        jvm.complete(right=right)
            frame = jvm.receive()
            if isinstance(frame, RequestN):
                credit[frame.right] += frame.batches
                assert credit[frame.right] <= window
            elif isinstance(frame, Payload):
                batch = pa.ipc.read_record_batch(frame.message, output_schema(prepared))
                found += [tuple(row.values()) for row in batch.to_pylist()]
            elif isinstance(frame, Ended):
                break
    assert found == [
        (key, 500 if key < 40 else 0, 700 if key % 3 == 0 else 0)
        for key in range(60)
        if key < 40 or key % 3 == 0
    ]


class Side:
    """One input of a random evaluation, which keeps to its credit."""

    def __init__(self, given: list[pa.RecordBatch], window: Credit) -> None:
        self.given = given
        self.window = window
        self.credit = list(window)
        self.ended = False

    def may_send(self) -> bool:
        return not self.ended and (not self.given or min(self.credit) > 0)

    def send(self, jvm: Jvm, *, right: bool) -> None:
        if not self.given:
            self.ended = True
            jvm.complete(right=right)
            return
        (payload,) = jvm.payloads(self.given.pop(0), right=right)
        self.credit[0] -= 1
        self.credit[1] -= payload.message.size
        jvm.send(payload)

    def grant(self, frame: RequestN) -> None:
        self.credit[0] += frame.batches
        self.credit[1] += frame.size
        assert all(left <= most for left, most in zip(self.credit, self.window, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_random_demand(seed: int) -> None:
    """The sides send in any order, and ever so late; output is granted now and then."""
    rng = random.Random(seed)
    window = Credit(rng.choice([1, 2, 4]), rng.choice([1, 10_000, 1 << 40]))
    keys = [
        [
            [key] * rng.choice([0, 1, 3, 1000, 20_000])
            for key in sorted(rng.choices(range(30), k=20))
        ]
        for _ in range(2)
    ]
    with worker(socket_buffer=rng.choice([4 << 10, 1 << 20])) as jvm:
        jvm.greet()
        prepared = jvm.prepare(LEFT, SIDES, right=RIGHT)
        for cancel_after in (None, rng.randrange(5), None):
            found = run_at_random(jvm, rng, prepared, keys, window, cancel_after)
            if cancel_after is None:
                assert found == expected(*keys)


def run_at_random(
    jvm: Jvm,
    rng: random.Random,
    prepared: Prepared,
    keys: Sequence[Keys],
    window: Credit,
    cancel_after: int | None,
) -> list[tuple[Any, ...]]:
    sides = [
        Side(batches(schema, cut), window) for schema, cut in zip((LEFT, RIGHT), keys, strict=True)
    ]
    eager = rng.random()
    granted = 1
    jvm.set_up(prepared, window, Credit(granted, 1 << 40), clocked=rng.random() < 0.5)
    found: list[tuple[Any, ...]] = []
    outputs, cancelled = 0, False
    while True:
        ready = [right for right in (False, True) if sides[right].may_send() and not cancelled]
        if ready and (rng.random() < eager or not jvm.answer_within(0.01)):
            right = rng.choice(ready)
            sides[right].send(jvm, right=right)
            continue
        if outputs == granted:
            granted += rng.randint(1, 3)
            jvm.grant(granted - outputs, 0)
        if outputs == cancel_after and not cancelled:
            cancelled = True
            jvm.cancel()
        frame = jvm.receive()
        if isinstance(frame, RequestN):
            sides[frame.right].grant(frame)
        elif isinstance(frame, Payload):
            outputs += 1
            assert outputs <= granted
            batch = pa.ipc.read_record_batch(frame.message, output_schema(prepared))
            found += [tuple(row.values()) for row in batch.to_pylist()]
        elif isinstance(frame, Ended):
            return found


def test_a_window_of_one_side_fits_beside_a_pull_of_the_other(jvm: Jvm) -> None:
    """The right is queued up to its window, larger than the socket's buffers, while left is
    pulled.
    """
    prepared = jvm.prepare(LEFT, SIDES, right=RIGHT)
    jvm.set_up(prepared, Credit(4, 1 << 40))
    jvm.send_batches(*batches(RIGHT, [[key] * (1 << 18) for key in range(4)]), right=True)
    jvm.send_batches(*batches(LEFT, [[0], [5]]))
    jvm.complete()
    jvm.complete(right=True)
    found = [tuple(row.values()) for row in read_outputs(jvm, prepared)]
    assert found == [(0, 1, 1 << 18), *((key, 0, 1 << 18) for key in (1, 2, 3)), (5, 1, 0)]


def test_data_beyond_one_sides_grant_is_a_protocol_error(jvm: Jvm) -> None:
    jvm.set_up(jvm.prepare(LEFT, SIDES, right=RIGHT), Credit(2, 1 << 40))
    jvm.send_batches(*batches(RIGHT, [[1], [1], [1]]), right=True)
    while not isinstance(frame := jvm.receive(), Error):
        assert isinstance(frame, RequestN)
    assert (frame.kind, "beyond the grant" in frame.message) == ("protocol", True)
    jvm.expect_closed()


def test_waiting_is_said_of_the_side_that_is_pulled(jvm: Jvm) -> None:
    evaluation = jvm.set_up(jvm.prepare(LEFT, SIDES, right=RIGHT), PLENTY, clocked=True)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    left, right = batches(LEFT, [[1], [2]]), batches(RIGHT, [[1], [2]])
    jvm.send_batches(left[0])
    granted = jvm.expect(RequestN)
    assert (granted.batches, granted.waiting, granted.right) == (1, True, False)
    jvm.send_batches(left[1])
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True, right=True)
    jvm.send_batches(right[0], right=True)
    granted = jvm.expect(RequestN)
    assert (granted.batches, granted.waiting, granted.right) == (1, True, True)
    jvm.cancel()
    while not isinstance(jvm.receive(), Ended):
        pass


@pytest.mark.parametrize("right", [False, True])
def test_an_error_drains_both_sides(jvm: Jvm, right: bool) -> None:
    """ENDED comes when both sides ended, in either order."""
    prepared = jvm.prepare(LEFT, stage("cogroup_udfs:failing", group_by=["k"]), right=RIGHT)
    evaluation = jvm.set_up(prepared)
    jvm.send_batches(*batches(LEFT, [[1], [2]]))
    jvm.send_batches(*batches(RIGHT, [[1], [2]]), right=True)
    while not isinstance(frame := jvm.receive(), Error):
        assert isinstance(frame, Payload)
    assert (frame.kind, frame.message) == ("python", "met")
    jvm.send_batches(*batches(LEFT, [[3]]))
    jvm.complete(right=right)
    jvm.send_batches(*batches(LEFT if right else RIGHT, [[3]]), right=not right)
    jvm.expect_silence()
    jvm.complete(right=not right)
    assert jvm.expect(Ended) == Ended(evaluation)
    assert jvm.run_to_end(prepared, [], [])[0] == []


@pytest.mark.parametrize("pulled", ["left", "right"])
def test_cancel_while_either_side_is_pulled(jvm: Jvm, pulled: str) -> None:
    prepared = jvm.prepare(LEFT, SIDES, right=RIGHT)
    evaluation = jvm.set_up(prepared)
    if pulled == "right":
        jvm.send_batches(*batches(LEFT, [[1], [2]]))
    else:
        jvm.send_batches(*batches(RIGHT, [[1], [2]]), right=True)
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)
    outputs, _ = jvm.run_to_end(prepared, batches(LEFT, [[1]]), batches(RIGHT, [[1]]))
    assert [output.num_rows for output in outputs] == [1]


OTHER = pa.schema([("key", pa.int64()), ("y", pa.int64())])
TEXT = pa.schema([("k", pa.string()), ("y", pa.int64())])
LISTS = pa.schema([("k", pa.list_(pa.int64())), ("x", pa.int64())])
INTERVALS = pa.schema([("k", pa.month_day_nano_interval())])


@pytest.mark.parametrize(
    ("left", "right", "stages", "message"),
    [
        (LEFT, None, [SIDES], "reads two inputs: give the second by right(...)"),
        (LEFT, RIGHT, [stage("cogroup_udfs:sides")], "needs groups: say what by groupBy(...)"),
        (LEFT, RIGHT, [stage("arrow_udfs:plus_one")], "reads one input: leave right(...) out"),
        (LEFT, RIGHT, [SIDES, stage("cogroup_udfs:sides", group_by=["k"])], "reads two inputs"),
        (LEFT, OTHER, [SIDES], "the right input does not have: its columns are key, y"),
        (LEFT, TEXT, [SIDES], "is int64 in the left input, but 'k' is string in the right one"),
        (LISTS, LISTS, [SIDES], "whose type list<item: int64> can't be a key"),
        (INTERVALS, INTERVALS, [SIDES], "has no order"),
        (LEFT, pa.schema([*RIGHT, *RIGHT]), [SIDES], "several columns 'k'"),
        (
            LEFT,
            RIGHT,
            [stage("cogroup_udfs:sides", group_by=["k"], group_right_by=["k", "y"])],
            "grouped by 1 columns, but the right input by 2",
        ),
        (
            LEFT,
            RIGHT,
            [stage("cogroup_udfs:sides", group_by=["k"], on=["x"])],
            "gets all columns of both: leave on(...) out",
        ),
        (
            LEFT,
            None,
            [stage("group_udfs:counted", group_by=["k"], group_right_by=["k"])],
            "leave groupRightBy(...) out",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    jvm: Jvm, left: pa.Schema, right: pa.Schema | None, stages: list[StageRequest], message: str
) -> None:
    assert message in jvm.refused(left, *stages, right=right)


def test_all_columns_of_both_sides_are_read(jvm: Jvm) -> None:
    prepared = jvm.prepare(LEFT, SIDES, right=RIGHT)
    assert (prepared.reads, prepared.reads_right) == ((0, 1), (0, 1))
    assert jvm.prepare(LEFT, stage("group_udfs:counted", group_by=["k"])).reads_right is None
