"""K9: aggregates of the rows around each row."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest
from groups import KX, kx, next_batch, outcome, rows
from jvm import Jvm, stage

from reactor_udf._frames import Ended, RequestN, RowsBetween
from reactor_udf._kinds._aggregate import Aggregate
from reactor_udf._kinds.window_aggregate import _Group as Group

ROWS = [(1, 10), (1, 11), (1, None), (1, 13), (2, 20), (2, 21), (None, 30), (3, 40), (3, 41)]
FRAMES = [
    (None, None),
    (None, 0),
    (None, 2),
    (None, -2),
    (-1, None),
    (0, None),
    (2, None),
    (0, 0),
    (-2, 0),
    (-1, 1),
    (0, 2),
    (-3, -1),
    (1, 2),
    (-100, 100),
    (50, 60),
]


def frames(start: int | None, end: int | None) -> list[list[int | None]]:
    """The frames of ``ROWS``, as SQL says."""
    result = []
    for index, (key, _) in enumerate(ROWS):
        group = [i for i, (k, _) in enumerate(ROWS) if k == key]
        first = group[0] if start is None else index + start
        last = group[-1] if end is None else index + end
        result.append([ROWS[i][1] for i in group if first <= i <= last])
    return result


@pytest.mark.parametrize("cuts", [[9], [1] * 9, [3, 0, 2, 4], [0, 5, 4, 0]])
@pytest.mark.parametrize(("start", "end"), FRAMES)
def test_frames(jvm: Jvm, start: int | None, end: int | None, cuts: Sequence[int]) -> None:
    rest, given = list(ROWS), []
    for cut in cuts:
        given.append(rest[:cut])
        rest = rest[cut:]
    window = stage("group_udfs:values", group_by=["k"], rows=RowsBetween(start, end))
    prepared = jvm.prepare(KX, window)
    outputs, _ = jvm.run_to_end(prepared, kx(*given))
    assert prepared.row_aligned
    assert [output.num_rows for output in outputs] == list(cuts)
    results = [value for output in outputs for value in output.column(0).to_pylist()]
    assert results == frames(start, end)


@pytest.mark.parametrize("function", ["mean", "total", "rows", "writes"])
def test_pandas_and_arrow(jvm: Jvm, function: str) -> None:
    given = kx([(1, 1), (1, 2)], [(1, 3), (2, 4)])
    window = stage(
        f"group_udfs:{function}", on=["x"], group_by=["k"], rows=RowsBetween(-1, 0), name="y"
    )
    expected = {
        "mean": [1.0, 1.5, 2.5, 4.0],
        "total": [1, 3, 5, 4],
        "rows": [1, 2, 2, 1],
        "writes": [0, 0, 0, 0],
    }
    assert [y for (y,) in outcome(jvm, given, window)[0]] == expected[function]


def test_a_frame_of_no_rows_is_shown(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)])
    for function, empty in (("mean", None), ("total", None), ("rows", 0)):
        before = stage(f"group_udfs:{function}", on=["x"], rows=RowsBetween(-1, -1), name="y")
        assert outcome(jvm, given, before)[0][0] == (empty,)


def test_without_groups_the_stream_is_one(jvm: Jvm) -> None:
    given = kx([(1, 1)], [(2, 2)], [(1, 3)])
    running = stage("group_udfs:total", rows=RowsBetween(None, 0))
    assert outcome(jvm, given, running) == ([(1,), (3,), (6,)], None)


def test_no_rows(jvm: Jvm) -> None:
    window = stage("group_udfs:total", group_by=["k"], rows=RowsBetween(None, 0))
    assert [output.num_rows for output in jvm.run(KX, kx([], []), window)] == [0, 0]
    assert jvm.run(KX, [], window) == []


def test_results_go_as_soon_as_their_rows_are_there(jvm: Jvm) -> None:
    window = stage("group_udfs:total", group_by=["k"], rows=RowsBetween(None, 1))
    prepared = jvm.prepare(KX, window)
    jvm.set_up(prepared)
    jvm.send_batches(*kx([(1, 1), (1, 2)], [], [(1, 3)]))
    # The third batch's row may have another one behind it.
    assert rows([next_batch(jvm, prepared), next_batch(jvm, prepared)]) == [(3,), (6,)]
    jvm.cancel()
    while not isinstance(frame := jvm.receive(), Ended):
        assert isinstance(frame, RequestN)


def test_an_unbounded_frame_is_one_call(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)], [(1, 3), (2, 4)])
    window = stage("group_udfs:calls", on=["x"], group_by=["k"], rows=RowsBetween(None, None))
    first, *others = (value for (value,) in outcome(jvm, given, window)[0])
    assert [value - first for value in others] == [0, 0, 1]


def test_chained_with_others(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)], [(1, 3), (2, 4)])
    stages = [
        stage("arrow_udfs:plus_one", on=["x"], name="y"),
        stage("group_udfs:total", on=["y"], group_by=["k"], rows=RowsBetween(-1, 0), name="z"),
        stage("arrow_udfs:plus_one", on=["z"], name="a"),
    ]
    results, _ = outcome(jvm, given, *stages)
    assert results == [(2, 2, 3), (3, 5, 6), (4, 7, 8), (5, 5, 6)]


def test_a_sliding_frame_holds_its_rows_only() -> None:
    class Counting(Aggregate):
        def __init__(self) -> None:
            self.shown: list[int] = []

        def value(self, columns: Sequence[pa.Array]) -> int:
            self.shown.append(columns[0].buffers()[1].size)
            return len(columns[0])

    aggregate = Counting()
    group = Group(RowsBetween(-2, 1), aggregate)
    for _ in range(100):
        group.add((4, [pa.array([1, 2, 3, 4])]))
    # What is shown is a slice of all that is held: two rows before, one that waits, and the batch.
    assert max(aggregate.shown) <= 64


def test_collecting_would_change_the_order(jvm: Jvm) -> None:
    window = stage("group_udfs:total", group_by=["k"], rows=RowsBetween(0, 0), collect=100)
    refusal = jvm.refused(KX, window)
    assert "gives a row for each row, in their order" in refusal
    assert "sort the stream by the key" in refusal


def test_a_row_frame_is_of_window_aggregates_alone(jvm: Jvm) -> None:
    frame = RowsBetween(0, 0)
    assert "has no row frame" in jvm.refused(KX, stage("arrow_udfs:plus_one", on=["x"], rows=frame))
    stated = stage("group_udfs:total", kind="window_aggregate")
    assert "needs a row frame" in jvm.refused(KX, stated)


def test_a_value_that_does_not_fit_names_its_row(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)], [(1, 3), (2, 4)])
    window = stage("group_udfs:word_from", on=["x"], constants={"x0": 4}, rows=RowsBetween(0, 0))
    results, error = outcome(jvm, given, window)
    assert results == [(1,), (1,)]
    assert error is not None
    assert "gave a str for 'word_from', which can't be the int64" in error
    assert "(row 1 of the batch)" in error
