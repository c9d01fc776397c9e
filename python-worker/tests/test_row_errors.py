"""Rows that make a function raise, where the evaluation goes on (P20)."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from math import log2
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from jvm import Jvm, frame_decoder, stage

from reactor_udf._frames import (
    Complete,
    Credit,
    Ended,
    Error,
    Frame,
    Payload,
    RequestN,
    RowError,
    RowErrors,
)

X = pa.schema([("x", pa.int64())])
TEXT = pa.schema([("text", pa.string())])
BOTH = ["row_udfs:twice", "row_udfs:twice_pandas"]


def batch(values: Sequence[int | None]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(values, pa.int64())], schema=X)


@pytest.fixture
def udfs(jvm: Jvm) -> ModuleType:
    """The module that the worker, a thread of this process, imports."""
    jvm.prepare(X, stage("row_udfs:undeclared"))
    module = sys.modules["row_udfs"]
    module.calls.clear()
    return module


class Run:
    """An evaluation to its end: result columns and reports, batch by batch."""

    def __init__(
        self,
        jvm: Jvm,
        schema: pa.Schema,
        batches: Sequence[pa.RecordBatch],
        *stages: Any,
        mode: str = "report",
    ) -> None:
        prepared = jvm.prepare(schema, *stages, row_errors=mode)
        evaluation = jvm.set_up(prepared)
        jvm.send_batches(*batches)
        jvm.complete()
        self.results: list[list[Any]] = []
        self.rows: list[list[RowError]] = []
        self.frames: list[RowErrors] = []
        decode = frame_decoder(prepared.schema)
        unit: list[Payload] = []
        rows: list[RowError] = []
        self.end: Frame
        while True:
            frame = jvm.receive()
            if isinstance(frame, RowErrors):
                self.frames.append(frame)
                rows += frame.rows
            elif isinstance(frame, Payload):
                unit.append(frame)
                if not frame.dictionary:
                    result = decode(unit)
                    result.validate(full=True)
                    self.results.append(result.column(result.num_columns - 1).to_pylist())
                    self.rows.append(rows)
                    unit, rows = [], []
            elif not isinstance(frame, RequestN):
                self.end = frame
                assert jvm.expect(Ended).evaluation == evaluation
                assert not rows
                return

    @property
    def failed(self) -> list[list[int]]:
        return [[row.row for row in rows] for rows in self.rows]


def test_by_default_the_evaluation_fails(jvm: Jvm, udfs: ModuleType) -> None:
    run = Run(jvm, X, [batch([1, 2])], stage("row_udfs:twice", constants={"bad": [2]}), mode="fail")
    assert isinstance(run.end, Error)
    assert (run.end.kind, run.end.type) == ("python", "row_udfs.BadRow")
    assert udfs.calls == [[1, 2]]


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize(
    "bad", [[], [0], [7], [3], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7]], ids=lambda bad: str(bad)
)
def test_a_row_that_fails_is_null_and_reported(jvm: Jvm, function: str, bad: list[int]) -> None:
    batches = [batch(range(8)), batch([]), batch([8])]
    run = Run(jvm, X, batches, stage(function, constants={"bad": bad}))
    assert isinstance(run.end, Complete)
    expected = [None if value in bad else value * 2 for value in range(8)]
    assert run.results == [expected, [], [16]]
    assert run.failed == [bad, [], []]
    for row in run.rows[0]:
        assert row.type == "row_udfs.BadRow"
        assert (row.message, row.function) == (f"no {row.row}", function)
        assert row.traceback.startswith("Traceback (most recent call last):")
        assert row.traceback.endswith(f"row_udfs.BadRow: no {row.row}\n")
        assert "row_udfs.py" in row.traceback
        assert "reactor_udf" not in row.traceback


@pytest.mark.parametrize("function", BOTH)
def test_with_null_nothing_is_reported(jvm: Jvm, function: str) -> None:
    run = Run(jvm, X, [batch([1, 2, 3])], stage(function, constants={"bad": [2]}), mode="null")
    assert run.results == [[2, None, 6]]
    assert run.frames == []


def test_one_bad_row_costs_two_logarithms_of_calls(jvm: Jvm, udfs: ModuleType) -> None:
    run = Run(jvm, X, [batch(range(1024))], stage("row_udfs:twice", constants={"bad": [700]}))
    assert run.failed == [[700]]
    assert len(udfs.calls) == 1 + 2 * log2(1024)


def test_rows_that_all_fail_cost_two_calls_each(jvm: Jvm, udfs: ModuleType) -> None:
    values = list(range(100))
    run = Run(jvm, X, [batch(values)], stage("row_udfs:twice", constants={"bad": values}))
    assert run.failed == [values]
    assert len(udfs.calls) == 2 * 100 - 1


def test_a_batch_without_errors_is_one_call(jvm: Jvm, udfs: ModuleType) -> None:
    Run(jvm, X, [batch(range(100))], stage("row_udfs:twice", constants={"bad": []}))
    assert len(udfs.calls) == 1


def test_in_a_chain_the_row_is_null_later_and_its_first_error_counts(
    jvm: Jvm, udfs: ModuleType
) -> None:
    run = Run(
        jvm,
        X,
        [batch([1, 2, 3]), batch([1, 4])],
        stage("row_udfs:twice", constants={"bad": [2]}),
        stage("row_udfs:plus_one", constants={"bad": [None, 6]}),
    )
    assert run.results == [[3, None, None], [3, 9]]
    assert run.failed == [[1, 2], []]
    assert [row.function for row in run.rows[0]] == ["row_udfs:twice", "row_udfs:plus_one"]
    assert [row.message for row in run.rows[0]] == ["no 2", "no 6"]
    assert [2, None, 6] in udfs.calls


def test_a_value_that_is_not_what_was_promised_is_an_error_of_its_row(jvm: Jvm) -> None:
    texts = pa.record_batch([["1", "two", "3", "four"]], schema=TEXT)
    run = Run(jvm, TEXT, [texts], stage("row_udfs:whole"))
    assert run.results == [[1, None, 3, None]]
    assert run.failed == [[1, 3]]
    for row in run.rows[0]:
        assert (row.type, row.traceback) == (None, "")
        assert "which can't be the int64 that is promised" in row.message
        assert "two" not in row.message
        assert "four" not in row.message
    run = Run(jvm, X, [batch([1, 1000, 3])], stage("row_udfs:narrow"))
    assert run.results == [[1, None, 3]]
    assert run.failed == [[1]]
    assert "but int8 is promised" in run.rows[0][0].message


def test_dictionaries_of_the_parts_become_one(jvm: Jvm) -> None:
    run = Run(
        jvm, X, [batch(range(6)), batch([7])], stage("row_udfs:word", constants={"bad": [2, 5]})
    )
    assert run.results == [["w0", "w1", None, "w3", "w4", None], ["w7"]]


def test_nested_results(jvm: Jvm) -> None:
    run = Run(jvm, X, [batch(range(3))], stage("row_udfs:nested", constants={"bad": [1]}))
    assert run.results == [[[{"n": 0}] * 2, None, [{"n": 2}] * 2]]


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("exit", "SystemExit"),
        ("interrupt", "KeyboardInterrupt"),
        ("memory", "MemoryError"),
        ("of memory", "ValueError"),
    ],
)
def test_what_ends_a_process_is_not_of_a_row(
    jvm: Jvm, udfs: ModuleType, how: str, kind: str
) -> None:
    run = Run(jvm, X, [batch([1, 2, 3])], stage("row_udfs:ends", constants={"how": how}))
    assert isinstance(run.end, Error)
    assert (run.end.kind, run.end.type) == ("python", kind)
    assert udfs.calls == [[1, 2, 3]]


def test_a_wrong_length_is_not_of_a_row(jvm: Jvm) -> None:
    run = Run(jvm, X, [batch([1, 2, 3, 5])], stage("row_udfs:leaves_out"))
    assert isinstance(run.end, Error)
    assert run.end.kind == "usage"
    assert "returned 1 rows for a batch of 2" in run.end.message


def test_reports_are_bounded(jvm: Jvm) -> None:
    """Tracebacks of 4 Ki characters, 4 Mi in a batch; frames far below the limit of metadata."""
    rows = 1200
    run = Run(jvm, X, [batch(range(rows)), batch([1])], stage("row_udfs:verbose"))
    assert run.failed == [list(range(rows)), [0]]
    assert len(run.frames) == -(-rows // 64) + 1
    assert all(frame.size < 1 << 20 for frame in run.frames)
    first, *_, last = run.rows[0]
    assert (len(first.message) - 1024, len(first.traceback) - 4096) == (31, 31)
    assert "98976 characters left out" in first.message
    assert (len(last.message) - 1024, last.traceback) == (31, "")
    assert run.rows[1][0].traceback == first.traceback


def test_reports_count_against_the_credit(jvm: Jvm) -> None:
    """Without its report the first unit would leave credit for the second."""
    prepared = jvm.prepare(X, stage("row_udfs:twice", constants={"bad": [1]}), row_errors="report")
    jvm.set_up(prepared, Credit(5, 1 << 40), Credit(5, 200))
    jvm.send_batches(*[batch([value]) for value in range(1, 6)])
    assert jvm.expect(RowErrors).size > 1
    assert jvm.expect(Payload).size < 200
    assert jvm.expect(RequestN).batches == 2, "it blocks"
    jvm.grant(0)
    assert isinstance(jvm.receive(), Payload)
    jvm.cancel()


@pytest.mark.parametrize(
    ("function", "parts"),
    [
        ("undeclared", ["row_udfs:undeclared does not say", "@udf(row_wise=True)"]),
        ("never_null", ["the result of row_udfs:never_null is promised as not null"]),
        ("iterator", ["row_udfs:iterator is of kind 'scalar_iterator_arrow'", "scalar function"]),
    ],
)
@pytest.mark.parametrize("mode", ["null", "report"])
def test_only_row_wise_functions_can_have_them(
    jvm: Jvm, function: str, parts: list[str], mode: str
) -> None:
    message = jvm.refused(X, stage(f"row_udfs:{function}"), row_errors=mode)
    assert all(part in message for part in parts), message
    jvm.prepare(X, stage(f"row_udfs:{function}"))


@pytest.mark.parametrize("seed", range(20))
def test_any_rows_of_any_batches(jvm: Jvm, seed: int) -> None:
    """Against what each row gives on its own."""
    choices = random.Random(seed)
    lengths = [choices.choice([0, 1, 2, 3, 17, 64, 65]) for _ in range(6)]
    batches = [[choices.randrange(50) for _ in range(length)] for length in lengths]
    bad, later = (choices.sample(range(50), choices.choice([0, 1, 5, 25, 50])) for _ in range(2))
    first, second = choices.choice(BOTH), "row_udfs:plus_one"
    run = Run(
        jvm,
        X,
        [batch(values) for values in batches],
        stage(first, constants={"bad": bad}, name="twice"),
        stage(second, constants={"bad": [value * 2 for value in later]}),
    )
    for values, results, rows in zip(batches, run.results, run.rows, strict=True):
        functions = [first if v in bad else second if v in later else None for v in values]
        assert results == [
            None if function else value * 2 + 1
            for value, function in zip(values, functions, strict=True)
        ]
        assert [(row.row, row.function) for row in rows] == [
            (index, function) for index, function in enumerate(functions) if function
        ]
