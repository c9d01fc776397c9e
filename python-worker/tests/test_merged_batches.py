"""P24: batches of row-wise functions that come as one are answered as one; where that fails, one by
one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from jvm import PLENTY, Jvm, frame_decoder, frame_encoder, output_schema, stage

from reactor_udf._frames import (
    Borders,
    Complete,
    Credit,
    Ended,
    Error,
    Frame,
    Payload,
    Prepared,
    RequestN,
)

X = pa.schema([("x", pa.int64())])


def batch(rows: int) -> pa.RecordBatch:
    return pa.record_batch([pa.array(range(rows), pa.int64())], schema=X)


def merged(evaluation: int, borders: Sequence[int], schema: pa.Schema = X) -> list[Frame]:
    rows = batch(sum(borders))
    return [Borders(evaluation, tuple(borders)), Payload(evaluation, rows.serialize())]


def to_the_end(
    jvm: Jvm, prepared: Prepared, evaluation: int
) -> tuple[list[tuple[tuple[int, ...] | None, list[Any]]], Frame]:
    """Return the units, each with its borders and its values, and the end."""
    units, unit, borders = [], [], None
    decode = frame_decoder(prepared.schema)
    while True:
        frame = jvm.receive()
        if isinstance(frame, Borders):
            borders = frame.rows
        elif isinstance(frame, Payload):
            unit.append(frame)
            if not frame.dictionary:
                units.append((borders, decode(unit).column(0).to_pylist()))
                unit, borders = [], None
        elif not isinstance(frame, RequestN):
            assert borders is None
            assert jvm.expect(Ended) == Ended(evaluation)
            return units, frame


def run(jvm: Jvm, borders: Sequence[int], function: str, **constants: Any) -> Any:
    prepared = jvm.prepare(X, stage(function, constants=constants))
    assert prepared.row_wise
    evaluation = jvm.set_up(prepared)
    jvm.send(*merged(evaluation, borders), *jvm.payloads(batch(1)))
    jvm.complete()
    return to_the_end(jvm, prepared, evaluation)


@pytest.mark.parametrize("borders", [(2, 3), (0, 0), (0, 4, 0), (1,) * 50])
def test_answered_with_the_same_borders(jvm: Jvm, borders: tuple[int, ...]) -> None:
    rows = sum(borders)
    assert run(jvm, borders, "row_udfs:sized") == (
        [(borders, [rows] * rows), (None, [1])],
        Complete(1),
    )


def test_dictionaries_go_before_the_borders(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("row_udfs:word", constants={"bad": []}))
    evaluation = jvm.set_up(prepared)
    jvm.send(*merged(evaluation, (1, 2)))
    jvm.complete()
    frames = [jvm.receive() for _ in range(3)]
    assert [type(frame) for frame in frames] == [Payload, Borders, Payload]


def test_a_dictionary_of_several_batches(jvm: Jvm) -> None:
    words = pa.array(["a", "b", None, "a"]).dictionary_encode()
    schema = pa.schema([("x", words.type)])
    prepared = jvm.prepare(schema, stage("row_udfs:same_word"))
    evaluation = jvm.set_up(prepared)
    dictionary, indexes = frame_encoder(schema, evaluation)(pa.record_batch([words], schema=schema))
    jvm.send(dictionary, Borders(evaluation, (1, 3)), indexes)
    jvm.complete()
    units, _ = to_the_end(jvm, prepared, evaluation)
    assert units == [((1, 3), ["a", "b", None, "a"])]


@pytest.mark.parametrize(
    ("function", "message"),
    [("row_udfs:twice", "no 4"), ("row_udfs:shortened", "returned 2 rows for a batch of 3")],
)
def test_a_failure_is_of_its_batch(jvm: Jvm, function: str, message: str) -> None:
    units, error = run(jvm, (1, 0, 2, 3, 2), function, bad=[4])
    assert [borders for borders, _ in units] == [None] * 3
    assert [len(values) for _, values in units] == [1, 0, 2]
    assert isinstance(error, Error)
    assert message in error.message
    assert error.batch == 3


def test_what_fails_together_may_pass_alone(jvm: Jvm) -> None:
    units, end = run(jvm, (2, 0, 3), "row_udfs:few", most=3)
    assert units == [(None, [0, 1]), (None, []), (None, [2, 3, 4]), (None, [0])]
    assert isinstance(end, Complete)


def test_alone_they_are_given_within_the_credit(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("row_udfs:few", constants={"most": 1}))
    evaluation = jvm.set_up(prepared, demand=Credit(1, 1 << 40))
    jvm.send(*merged(evaluation, (1, 1, 1)))
    jvm.complete()
    for _ in range(3):
        jvm.expect_beside_grants(Payload)
        jvm.grant(1)
    jvm.expect_beside_grants(Complete)
    jvm.expect(Ended)


def test_rows_that_fail_are_null(jvm: Jvm) -> None:
    stages = stage("row_udfs:twice", constants={"bad": [3]})
    prepared = jvm.prepare(X, stages, row_errors="null")
    evaluation = jvm.set_up(prepared)
    jvm.send(*merged(evaluation, (2, 3)))
    jvm.complete()
    assert to_the_end(jvm, prepared, evaluation)[0] == [((2, 3), [0, 2, 4, None, 8])]


def test_not_where_rows_are_reported(jvm: Jvm) -> None:
    stages = stage("row_udfs:twice", constants={"bad": [3]})
    assert not jvm.prepare(X, stages, row_errors="report").row_wise


def test_each_batch_counts(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("row_udfs:sized"))
    evaluation = jvm.set_up(prepared, Credit(4, 1 << 40), Credit(1, 1 << 40))
    unit = merged(evaluation, (2, 3))
    jvm.send(*unit)
    size = sum(frame.size for frame in unit if isinstance(frame, (Borders, Payload)))
    # Half of the window; the output's credit was one, and pays for both.
    assert jvm.expect(RequestN) == RequestN(evaluation, 2, size)
    assert jvm.expect(Borders).rows == (2, 3)
    jvm.expect(Payload)
    jvm.send(*jvm.payloads(batch(1)))
    jvm.grant(1)
    # It waits for one more, and says before what it consumed.
    jvm.expect(RequestN)
    assert not jvm.answer_within(0)
    jvm.grant(1)
    while not isinstance(jvm.receive(), Payload):
        pass
    jvm.cancel()
    while not isinstance(jvm.receive(), Ended):
        pass


def test_more_than_was_granted(jvm: Jvm) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("row_udfs:sized")), Credit(2, 1 << 40))
    jvm.send(*merged(evaluation, (1, 1, 1)))
    refused(jvm, "a unit of 3 batches beyond the grant: 2 were left")


@pytest.mark.parametrize(
    ("function", "frames", "message"),
    [
        ("arrow_udfs:plus_one", [Borders(1, (1, 2))], "not all row-wise"),
        ("row_udfs:sized", [Borders(1, (1, 1)), Payload(1, batch(3).serialize())], "of 2 rows"),
        ("row_udfs:sized", [Borders(1, (1, 2))] * 2, "after another one"),
        ("row_udfs:sized", [Borders(1, (1, 2)), Complete(1)], "without its batch"),
        (
            "row_udfs:sized",
            [Borders(1, (1, 2)), Payload(1, batch(3).serialize(), dictionary=True)],
            "a dictionary came after",
        ),
        ("row_udfs:sized", [Borders(1, (1,))], "two batches or more"),
        ("row_udfs:sized", [Borders(1, ())], "two batches or more"),
        ("row_udfs:sized", [Borders(1, (4, -1))], "-1 rows"),
    ],
)
def test_refused(jvm: Jvm, function: str, frames: list[Frame], message: str) -> None:
    jvm.set_up(jvm.prepare(X, stage(function)), PLENTY)
    jvm.send(*frames)
    refused(jvm, message)


def refused(jvm: Jvm, message: str) -> None:
    while not isinstance(error := jvm.receive(), Error):
        pass
    assert (error.kind, error.evaluation) == ("protocol", 0)
    assert message in error.message
    jvm.expect_closed()


@pytest.mark.parametrize("seed", range(10))
def test_at_random(jvm: Jvm, seed: int) -> None:
    rng = random.Random(seed)
    bad = rng.randrange(60)
    prepared = jvm.prepare(X, stage("row_udfs:twice", constants={"bad": [bad]}))
    rows = [rng.randrange(6) for _ in range(20)]
    table = pa.record_batch([pa.array(range(sum(rows)))], schema=X)
    evaluation = jvm.set_up(prepared)
    left, start = list(rows), 0
    while left:
        borders = [left.pop(0) for _ in range(min(len(left), rng.randint(1, 5)))]
        payload = Payload(evaluation, table.slice(start, sum(borders)).serialize())
        start += sum(borders)
        jvm.send(*([] if len(borders) == 1 else [Borders(evaluation, tuple(borders))]), payload)
    jvm.complete()
    units, end = to_the_end(jvm, prepared, evaluation)
    given = [value for _, values in units for value in values]
    answered = [count for borders, values in units for count in borders or (len(values),)]
    assert answered == rows[: len(answered)]
    assert given == [2 * value for value in range(sum(answered))]
    if bad < sum(rows):
        assert isinstance(end, Error)
        assert end.batch == len(answered)
        assert sum(answered) <= bad < sum(answered) + rows[len(answered)]
    else:
        assert isinstance(end, Complete)
        assert answered == rows
    assert output_schema(prepared).names == ["twice"]
