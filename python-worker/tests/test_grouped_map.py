"""K7: functions of groups to rows, of a whole group and of an iterator over it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from groups import KX, kx, next_batch, outcome, rows
from jvm import Jvm, stage

from reactor_udf._frames import Complete, Credit, Ended, Error, RequestN


def test_groups_go_across_the_borders_of_batches(jvm: Jvm) -> None:
    given = kx([(1, 0), (1, 1), (2, 2)], [(2, 3)], [], [(2, 4), (None, 5)])
    outputs = jvm.run(KX, given, stage("group_udfs:counted", group_by=["k"]))
    assert rows(outputs) == [(1, 2), (2, 3), (None, 1)]
    # What ends with a batch is one batch.
    assert [output.num_rows for output in outputs] == [1, 1, 1]


def test_the_groups_that_end_in_a_batch_are_one_batch(jvm: Jvm) -> None:
    given = kx([(1, 0), (2, 1), (3, 2)], [(4, 3)])
    outputs = jvm.run(KX, given, stage("group_udfs:counted", group_by=["k"]))
    assert [output["k"].to_pylist() for output in outputs] == [[1, 2], [3], [4]]


def test_rows_of_a_group_are_collected(jvm: Jvm) -> None:
    given = kx([(2, 0), (1, 1)], [(2, 2), (1, 3)])
    outputs = jvm.run(KX, given, stage("group_udfs:first", group_by=["k"], collect=1 << 20))
    assert rows(outputs) == [(2, 0), (1, 1)]


def test_parts_of_a_group_are_those_of_its_batches(jvm: Jvm) -> None:
    given = kx([(1, 0), (1, 1), (2, 2)], [(2, 3)], [], [(2, 4), (None, 5)])
    outputs = jvm.run(KX, given, stage("group_udfs:counted_parts", group_by=["k"]))
    assert rows(outputs) == [(1, 2), (2, 1), (2, 1), (2, 1), (None, 1)]


def test_what_a_function_leaves_of_a_group_is_read_past(jvm: Jvm) -> None:
    given = kx([(1, 0), (1, 1)], [(1, 2), (2, 3)], [(2, 4)], [(3, 5), (3, 6)])
    tops = stage("group_udfs:tops", group_by=["k"])
    assert outcome(jvm, given, tops) == ([(1, 0), (2, 3), (3, 5)], None)
    nothing = stage("group_udfs:nothing", group_by=["k"])
    assert outcome(jvm, given, nothing) == ([], None)


def test_an_iterator_kept_from_an_earlier_group_has_ended(jvm: Jvm) -> None:
    given = kx([(1, 0), (2, 1)], [(2, 2), (3, 3)])
    kept = stage("group_udfs:counted_of_earlier_groups", group_by=["k"])
    assert outcome(jvm, given, kept) == ([(1, 0), (2, 0), (3, 0)], None)


def test_a_thread_of_the_function_may_read_its_group(jvm: Jvm) -> None:
    given = kx([(1, 0), (2, 1)], [(2, 2), (3, 3)])
    threaded = stage("group_udfs:counted_in_a_thread", group_by=["k"])
    assert outcome(jvm, given, threaded) == ([(1, 1), (2, 2), (3, 1)], None)


def test_a_thread_that_a_function_leaves_reads_beside_nobody(jvm: Jvm) -> None:
    prepared = jvm.prepare(KX, stage("group_udfs:leaves_a_reader", group_by=["k"]))
    evaluation = jvm.set_up(prepared)
    given = []
    for batch in kx([(1, 0)], [(1, 1), (2, 2)], [(2, 3), (3, 4)]):
        jvm.send_batches(batch)
        given.append(next_batch(jvm, prepared))
    jvm.complete()
    assert rows(given) == [(1, 1), (2, 1), (3, 1)]
    while (frame := jvm.receive()) != Ended(evaluation):
        assert isinstance(frame, (Complete, RequestN))


def test_a_group_is_read_as_it_arrives(jvm: Jvm) -> None:
    prepared = jvm.prepare(KX, stage("group_udfs:counted_parts", group_by=["k"]))
    jvm.set_up(prepared, window=Credit(1, 1 << 20))
    for _ in range(3):
        # Each comes back before the next of the same group is sent.
        jvm.send_batches(*kx([(1, 0), (1, 1)]))
        assert jvm.expect_batch(prepared).to_pydict() == {"k": [1], "rows": [2]}
        jvm.receive()
    jvm.cancel()
    jvm.receive()


def test_an_error_in_a_group_ends_the_evaluation(jvm: Jvm) -> None:
    prepared = jvm.prepare(KX, stage("group_udfs:fails_in_second", group_by=["k"]))
    outputs, end = jvm.run_to_end(prepared, kx([(1, 0)], [(2, 1)], [(3, 2)]))
    assert rows(outputs) == [(1, 0)]
    assert isinstance(end, Error)
    assert (end.type, end.message, end.batch) == ("ValueError", "not two, please", 1)


@pytest.mark.parametrize("function", ["counted", "counted_parts", "tops"])
def test_a_key_that_comes_back_is_an_error(jvm: Jvm, function: str) -> None:
    given = kx([(1, 0), (2, 1)], [(1, 2)])
    _, error = outcome(jvm, given, stage(f"group_udfs:{function}", group_by=["k"]))
    assert error is not None
    assert f"group_udfs:{function} is grouped by a stream in which a key comes back" in error
    assert "sort the stream by the key" in error


def test_groups_are_needed(jvm: Jvm) -> None:
    assert "needs groups: say what by groupBy(...)" in jvm.refused(KX, stage("group_udfs:counted"))
    counted = stage("group_udfs:counted_parts", kind="grouped_map")
    assert "needs groups: say what by groupBy(...)" in jvm.refused(KX, counted)


@pytest.mark.parametrize("function", ["counted", "tops"])
def test_the_kind_may_be_stated(jvm: Jvm, function: str) -> None:
    stated = stage(f"group_udfs:{function}", kind="grouped_map", group_by=["k"])
    (report,) = jvm.prepare(KX, stated).stages
    assert report.kind.startswith("grouped_map")


def test_a_group_that_fits_no_array_is_an_error(jvm: Jvm) -> None:
    schema = pa.schema([("k", pa.int64()), ("x", pa.list_(pa.null()))])
    most = (1 << 31) - 1
    huge = pa.ListArray.from_arrays(pa.array([0, most], pa.int32()), pa.nulls(most))
    batch = pa.RecordBatch.from_arrays([pa.array([1]), huge], schema=schema)
    function = stage("group_udfs:rows", on=["x"], group_by=["k"])
    _, error = outcome(jvm, [batch, batch], function)
    assert error is not None
    assert "2 rows, which have to be held as one, do not fit an array" in error
