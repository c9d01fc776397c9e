"""K11: table functions, of rows and of batches."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from jvm import PLENTY, Jvm, stage
from type_samples import SAMPLES, Sample

from reactor_udf._frames import Complete, Credit, Ended, Error
from reactor_udf._kinds.table import MAX_ROWS
from reactor_udf._libraries import taken

X = pa.schema([("x", pa.int64())])
KX = pa.schema([("k", pa.int64()), ("x", pa.int64())])
TEXT = pa.schema([("id", pa.int64()), ("text", pa.string())])


def batch(*values: int | None) -> pa.RecordBatch:
    return pa.record_batch([pa.array(values, pa.int64())], schema=X)


def pairs(*values: tuple[int, int]) -> pa.RecordBatch:
    columns = [pa.array([pair[index] for pair in values], pa.int64()) for index in range(2)]
    return pa.RecordBatch.from_arrays(columns, schema=KX)


def rows_of(outputs: list[pa.RecordBatch]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for output in outputs for row in output.to_pylist()]


def test_rows_explode(jvm: Jvm) -> None:
    texts = [pa.array([1, 2, 3]), pa.array(["a bc", None, "def"])]
    given = [pa.record_batch(texts, schema=TEXT)]
    outputs = jvm.run(TEXT, given, stage("table_udfs:Words"))
    assert [rows_of([output]) for output in outputs] == [[("a", 1), ("bc", 2), ("def", 3)]]
    constants = {"more_than": 1}
    outputs = jvm.run(TEXT, given, stage("table_udfs:Words", constants=constants))
    assert rows_of(outputs) == [("bc", 2), ("def", 3)]


def test_lateral_leaves_the_columns_of_the_row(jvm: Jvm) -> None:
    texts = [pa.array([1, 2, 3]), pa.array(["a bc", None, "def"])]
    given = [pa.record_batch(texts, schema=TEXT)]
    outputs = jvm.run(TEXT, given, stage("table_udfs:Words", lateral=True))
    assert outputs[0].schema.names == ["id", "text", "word", "length"]
    assert rows_of(outputs) == [(1, "a bc", "a", 1), (1, "a bc", "bc", 2), (3, "def", "def", 3)]


@pytest.mark.parametrize("lateral", [True, False])
def test_terminate_is_beside_the_last_row(jvm: Jvm, lateral: bool) -> None:
    outputs = jvm.run(X, [batch(0, 1, 2), batch(3, 4)], stage("table_udfs:Odd", lateral=lateral))
    assert [output.num_rows for output in outputs] == [1, 1, 1]
    beside = [(1, "odd", 1), (3, "odd", 3), (4, "count", 5)]
    assert rows_of(outputs) == (beside if lateral else [row[1:] for row in beside])


def test_there_is_an_instance_for_each_evaluation(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("table_udfs:Totals"))
    for values in ([1, 2], [], [3]):
        outputs, end = jvm.run_to_end(prepared, [batch(*values)])
        assert isinstance(end, Complete)
        assert rows_of(outputs) == [(len(values), sum(values))]


def test_what_terminate_yields_has_no_place_beside_no_row(jvm: Jvm) -> None:
    assert jvm.run(X, [], stage("table_udfs:Totals", lateral=True)) == []


def test_there_is_an_instance_for_each_group(jvm: Jvm) -> None:
    given = [pairs((1, 1), (1, 2), (2, 3)), pairs((2, 4), (3, 5))]
    totals = stage("table_udfs:Totals", group_by=["k"], on=["x"])
    outputs = jvm.run(KX, given, totals)
    assert [rows_of([output]) for output in outputs] == [[(2, 3)], [(2, 7)], [(1, 5)]]


def test_groups_beside_their_rows(jvm: Jvm) -> None:
    given = [pairs((1, 1), (1, 2), (2, 3)), pairs((2, 4), (3, 5))]
    odd = stage("table_udfs:Odd", group_by=["k"], lateral=True)
    assert rows_of(jvm.run(KX, given, odd)) == [
        (1, 1, "odd", 1),
        (1, 2, "count", 2),
        (2, 3, "odd", 3),
        (2, 4, "count", 2),
        (3, 5, "odd", 5),
        (3, 5, "count", 1),
    ]


def test_one_row_that_explodes_is_split(jvm: Jvm) -> None:
    outputs = jvm.run(X, [batch(2 * MAX_ROWS + 1)], stage("table_udfs:Range"))
    assert [output.num_rows for output in outputs] == [MAX_ROWS, MAX_ROWS, 1]
    assert rows_of(outputs) == [(n,) for n in range(2 * MAX_ROWS + 1)]


def test_large_rows_are_split(jvm: Jvm) -> None:
    sizes = [400_000, 700_000, 10, 20]
    for lateral, on in ((False, 0), (True, 1)):
        outputs = jvm.run(X, [batch(*sizes)], stage("table_udfs:Long", lateral=lateral))
        assert [output.num_rows for output in outputs] == [2, 2]
        lengths = [len(row[on]) for row in rows_of(outputs)]
        assert lengths == sizes


def test_rows_are_pulled_as_they_go_out(jvm: Jvm) -> None:
    """Ten million rows of one: the function is asked for those alone that there is demand for."""
    prepared = jvm.prepare(X, stage("table_udfs:Told"))
    evaluation = jvm.set_up(prepared, PLENTY, Credit(1, 1 << 40))
    jvm.send_batches(batch(10_000_000))
    jvm.expect_batch(prepared)
    jvm.grant(1)
    jvm.expect_batch(prepared)
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)
    said = [log.message for log in jvm.logs]
    assert said == ["asked for 0", "asked for 10000", "asked for 20000", "closed", "cleaned up"]


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ("None", []),
        ("[]", []),
        ("[(1, 'x'), [2, 'y'], {'b': 'z', 'a': 3}]", [(1, "x"), (2, "y"), (3, "z")]),
        ("iter([(None, None)])", [(None, None)]),
    ],
)
def test_rows_are_given_in_many_ways(jvm: Jvm, values: str, rows: list[Any]) -> None:
    given = stage("table_udfs:Given", constants={"values": values})
    assert rows_of(jvm.run(X, [batch(1)], given)) == rows


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ("5", ["returned int", "yields its rows"]),
        ("[(1, 'x', 2)]", ["a tuple of 3 values (for row 1 of", "row of a, b", "a tuple of 2"]),
        ("[{'a': 1}]", ["a dict of 1 values (for row 1 of"]),
        ("[1]", ["a int (for row 1 of"]),
        ("[(1, 'x'), (2, 3)]", ["gave a int for 'b'", "the string that is promised", "row 1"]),
    ],
)
def test_bad_rows(jvm: Jvm, values: str, messages: list[str]) -> None:
    values = f"None if x == 0 else {values}"
    prepared = jvm.prepare(X, stage("table_udfs:Given", constants={"values": values}))
    outputs, end = jvm.run_to_end(prepared, [batch(0, 1)])
    assert outputs == []
    assert isinstance(end, Error)
    assert end.kind == "usage"
    for message in messages:
        assert message in end.message


def test_a_class_that_raises(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("table_udfs:Given", constants={"values": "1 / 0"}))
    _, end = jvm.run_to_end(prepared, [batch(1), batch(1)])
    assert isinstance(end, Error)
    assert (end.type, end.batch, end.function) == ("ZeroDivisionError", 0, "table_udfs:Given")


def test_columns_and_batches_of_arrow(jvm: Jvm) -> None:
    assert rows_of(jvm.run(X, [batch(1, -1), batch(-2)], stage("table_udfs:Positive"))) == [(1,)]
    given = [pairs((1, 1), (1, 2), (2, 3)), pairs((2, 4), (3, 5))]
    outputs = jvm.run(KX, given, stage("table_udfs:Batches", group_by=["k"]))
    assert rows_of(outputs) == [(1, 2), (2, 2), (3, 1)]


def test_columns_of_pandas(jvm: Jvm) -> None:
    assert rows_of(jvm.run(X, [batch(1, None)], stage("table_udfs:Series"))) == [(2,), (None,)]


def test_kinds(jvm: Jvm) -> None:
    kinds = {
        "Range": "table_python",
        "Positive": "table_columns_arrow",
        "Batches": "table_batches_arrow",
        "Series": "table_columns_pandas",
    }
    for function, kind in kinds.items():
        prepared = jvm.prepare(KX, stage(f"table_udfs:{function}", kind="table"))
        assert prepared.stages[0].kind == kind


def test_columns_of_its_own_are_named_in_returns(jvm: Jvm) -> None:
    refusal = jvm.refused(X, stage("table_udfs:Range", name="other"))
    assert "gives columns of its own: leave as(...) out" in refusal


def test_what_cant_be_lateral(jvm: Jvm) -> None:
    refusal = jvm.refused(X, stage("table_udfs:Positive", lateral=True))
    assert "'table_columns_arrow', whose results are of no single row" in refusal
    assert "leave lateral() out" in refusal
    refusal = jvm.refused(
        pa.schema([("x", pa.int64()), ("n", pa.int64())]),
        stage("table_udfs:Range", lateral=True),
    )
    assert "gives the column 'n', but there is one of that name" in refusal


def test_results_of_a_batch_go_out_before_the_next_is_waited_for(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("table_udfs:Range"))
    jvm.set_up(prepared)
    jvm.send_batches(batch(2))
    assert jvm.expect_batch(prepared).num_rows == 2
    jvm.complete()
    assert isinstance(jvm.receive(), Complete)


@pytest.mark.parametrize(
    "sample",
    [sample for sample in SAMPLES if sample.array is not None],
    ids=lambda sample: sample.name,
)
def test_rows_of_every_type_are_repeated(sample: Sample) -> None:
    array: pa.Array = sample.array
    rows = [0, 0, len(array) - 1]
    repeated = taken(array, pa.array(rows, pa.int64()))
    repeated.validate(full=True)
    assert repeated.type == array.type
    expected = pa.concat_arrays([array.slice(row, 1) for row in rows])
    # NaNs, alone, are not equal.
    assert repeated.equals(expected) or repr(repeated.to_pylist()) == repr(expected.to_pylist())
