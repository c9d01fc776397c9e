"""K8: functions of groups to single values."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from groups import KX, kx, outcome, rows
from jvm import Jvm, output_schema, stage

from reactor_udf._frames import Credit

XW = pa.schema([("k", pa.int64()), ("x", pa.int64()), ("w", pa.int64())])


def test_several_at_once(jvm: Jvm) -> None:
    given = kx([(1, 2), (1, 4), (2, 1)], [(2, None)], [], [(3, 5), (None, 6), (4, 7)])
    prepared = jvm.prepare(
        KX,
        stage("group_udfs:mean", group_by=["k"]),
        stage("group_udfs:total", group_by=["k"], beside=True),
        stage("group_udfs:rows", on=["x"], group_by=["k"], beside=True, name="n"),
    )
    assert output_schema(prepared) == pa.schema(
        [("k", pa.int64()), ("mean", pa.float64()), ("total", pa.int64()), ("n", pa.int64())]
    )
    assert not prepared.row_aligned
    outputs, _ = jvm.run_to_end(prepared, given)
    assert rows(outputs) == [
        (1, 3.0, 6, 2),
        (2, 1.0, 1, 2),
        (3, 5.0, 5, 1),
        (None, 6.0, 6, 1),
        (4, 7.0, 7, 1),
    ]
    # One batch for each batch that ended groups, and one for the end.
    assert [output.num_rows for output in outputs] == [1, 3, 1]


def test_without_groups_the_stream_is_one(jvm: Jvm) -> None:
    given = kx([(1, 2)], [(2, 4)], [(1, 6)])
    for function in ("group_udfs:mean", "group_udfs:mean_of_parts"):
        assert outcome(jvm, given, stage(function, on=["x"])) == ([(4.0,)], None)
        assert outcome(jvm, given, stage(function, on=["x"], group_by=[])) == ([(4.0,)], None)


def test_no_rows_are_no_group(jvm: Jvm) -> None:
    for function in ("group_udfs:mean", "group_udfs:mean_of_parts"):
        assert outcome(jvm, kx([], []), stage(function, on=["x"])) == ([], None)


def test_several_columns_and_constants(jvm: Jvm) -> None:
    batch = pa.record_batch([[1, 1], [2, 5], [3, 1]], schema=XW)
    weighted = stage("group_udfs:weighted", group_by=["k"], constants={"scale": 2})
    assert outcome(jvm, [batch, batch], weighted) == ([(1, 5.5)], None)


def test_columns_of_a_group_in_one_piece(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)], [(1, 3), (2, 4)])
    listed = stage("group_udfs:values", group_by=["k"])
    assert outcome(jvm, given, listed) == ([(1, [1, 2, 3]), (2, [4])], None)


def test_each_function_may_write_to_its_columns(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)])
    writes = stage("group_udfs:writes", group_by=["k"])
    total = stage("group_udfs:total", group_by=["k"], beside=True)
    assert outcome(jvm, given, writes, total) == ([(1, 0, 3)], None)


@pytest.mark.parametrize("which", ["nan", "NA", "None"])
def test_in_pandas_what_is_missing_is_null(jvm: Jvm, which: str) -> None:
    missing = stage("group_udfs:special", group_by=["k"], constants={"which": which})
    assert outcome(jvm, kx([(1, 1)]), missing) == ([(1, None)], None)


def test_in_arrow_a_nan_is_a_nan(jvm: Jvm) -> None:
    ((_, value),), _ = outcome(jvm, kx([(1, 1)]), stage("group_udfs:not_a_number", group_by=["k"]))
    assert math.isnan(value)


@pytest.mark.parametrize(("value", "result"), [(3, 3), (3.0, 3), (None, None)])
def test_a_value_is_converted_safely(jvm: Jvm, value: object, result: object) -> None:
    given = stage("group_udfs:given", group_by=["k"], constants={"value": value}, on=["x"])
    assert outcome(jvm, kx([(1, 1)]), given) == ([(1, result)], None)


@pytest.mark.parametrize("value", [3.5, "three", [3]])
def test_a_value_of_another_type_is_an_error(jvm: Jvm, value: object) -> None:
    given = stage("group_udfs:given", group_by=["k"], constants={"value": value}, on=["x"])
    _, error = outcome(jvm, kx([(1, 1)]), given)
    assert error is not None
    assert f"gave a {type(value).__name__} for 'given', which can't be the int64" in error


def test_of_iterators(jvm: Jvm) -> None:
    given = kx([(1, 2), (1, 4), (2, 1)], [(2, 3)], [(3, 5)])
    mean = stage("group_udfs:mean_of_parts", on=["x"], group_by=["k"])
    assert outcome(jvm, given, mean) == ([(1, 3.0), (2, 2.0), (3, 5.0)], None)
    first = stage("group_udfs:first_of", on=["x"], group_by=["k"])
    assert outcome(jvm, given, first) == ([(1, 2), (2, 1), (3, 5)], None)
    batch = pa.record_batch([[1, 1], [2, 5], [3, 1]], schema=XW)
    dot = stage("group_udfs:dot", on=["x", "w"], group_by=["k"])
    assert outcome(jvm, [batch, batch], dot) == ([(1, 22)], None)


def test_results_of_iterators_go_before_the_next_batch_is_waited_for(jvm: Jvm) -> None:
    mean = stage("group_udfs:mean_of_parts", on=["x"], group_by=["k"], kind="grouped_aggregate")
    prepared = jvm.prepare(KX, mean)
    jvm.set_up(prepared, window=Credit(1, 1 << 20))
    jvm.send_batches(*kx([(1, 2), (2, 4), (3, 6)]))
    assert rows([jvm.expect_batch(prepared)]) == [(1, 2.0), (2, 4.0)]
    jvm.cancel()
    jvm.receive()


@pytest.mark.parametrize("other", ["mean_of_parts", "total"])
def test_iterators_are_evaluated_alone(jvm: Jvm, other: str) -> None:
    first = stage("group_udfs:mean_of_parts", on=["x"], group_by=["k"])
    second = stage(f"group_udfs:{other}", on=["x"], group_by=["k"], beside=True, name="b")
    refusal = jvm.refused(KX, first, second)
    assert "reads a group as it arrives" in refusal
    assert "an evaluation of its own" in refusal


@pytest.mark.parametrize("members", [{"group_by": ["x"]}, {"group_by": ["k"], "collect": 10}, {}])
def test_aggregates_at_once_have_the_same_groups(jvm: Jvm, members: dict[str, object]) -> None:
    first = stage("group_udfs:mean", group_by=["k"], on=["x"])
    second = stage("group_udfs:total", beside=True, on=["x"], **members)
    assert "have the same groupBy(...) and collect(...)" in jvm.refused(KX, first, second)


def test_aggregates_at_once_have_names_of_their_own(jvm: Jvm) -> None:
    first = stage("group_udfs:mean", group_by=["k"], on=["x"], name="a")
    second = stage("group_udfs:total", beside=True, on=["x"], group_by=["k"], name="a")
    assert "two results called 'a'" in jvm.refused(KX, first, second)
    key = stage("group_udfs:mean", group_by=["k"], on=["x"], name="k")
    assert "there is a column of that name" in jvm.refused(KX, key)


def test_an_aggregate_may_have_the_name_of_its_column(jvm: Jvm) -> None:
    total = stage("group_udfs:total", group_by=["k"], name="x")
    assert output_schema(jvm.prepare(KX, total)).names == ["k", "x"]


def test_a_scalar_beside_an_aggregate_reads_its_result(jvm: Jvm) -> None:
    given = kx([(1, 2), (1, 4), (2, 1)])
    stages = [
        stage("arrow_udfs:plus_one", on=["x"], name="y"),
        stage("group_udfs:total", on=["y"], group_by=["k"], beside=True),
        stage("arrow_udfs:plus_one", on=["total"], name="more", beside=True),
    ]
    assert outcome(jvm, given, *stages) == ([(1, 8, 9), (2, 2, 3)], None)


def test_an_aggregate_of_aggregates(jvm: Jvm) -> None:
    given = kx([(1, 2), (1, 4), (2, 1)], [(3, 4)])
    totals = stage("group_udfs:total", on=["x"], group_by=["k"])
    assert outcome(jvm, given, totals, stage("group_udfs:mean", on=["total"])) == (
        [(11 / 3,)],
        None,
    )
