from __future__ import annotations

import pyarrow as pa
import pytest
from jvm import Jvm, output_schema, stage

from reactor_udf._frames import Error

SCHEMA = pa.schema([("x", pa.int64()), ("y", pa.string())])


def batch(*values: int) -> pa.RecordBatch:
    return pa.record_batch(
        [pa.array(values, pa.int64()), pa.array(["y"] * len(values), pa.string())], schema=SCHEMA
    )


def test_columns_are_put_in_the_promised_order_and_types(jvm: Jvm) -> None:
    (output,) = jvm.run(SCHEMA, [batch(1, 2)], stage("arrow_udfs:swap"))
    assert output.schema == pa.schema([("b", pa.string()), ("a", pa.int64())])
    assert output.to_pydict() == {"b": ["1", "2"], "a": [1, 2]}


def test_expand_and_contract(jvm: Jvm) -> None:
    expand = stage("arrow_udfs:expand", constants={"times": 3})
    outputs = jvm.run(SCHEMA, [batch(1), batch(2)], expand)
    assert [output["x"].to_pylist() for output in outputs] == [[1]] * 3 + [[2]] * 3
    outputs = jvm.run(SCHEMA, [batch(1), batch(), batch(2, 3)], stage("arrow_udfs:count_rows"))
    assert [output.to_pydict() for output in outputs] == [{"rows": []}, {"rows": [3]}]


def test_map_reads_only_the_columns_of_on(jvm: Jvm) -> None:
    prepared = jvm.prepare(SCHEMA, stage("arrow_udfs:expand", on=["x"], constants={"times": 1}))
    assert prepared.reads == (0,)
    outputs, _ = jvm.run_to_end(prepared, [batch(1)])
    assert outputs[0].to_pydict() == {"x": [1]}


def test_output_without_input(jvm: Jvm) -> None:
    outputs = jvm.run(SCHEMA, [], stage("arrow_udfs:ignore_input", constants={"count": 2}))
    assert [output.to_pydict() for output in outputs] == [{"x": [0]}, {"x": [1]}]


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("missing", "yielded a batch without column 'b': promised are a, b"),
        ("extra", "yielded a batch with an unpromised column 'c': promised are a, b"),
        ("type", "gave string for 'a', but int64 is promised"),
        ("null", "gave 1 nulls for 'b', which is promised as not null"),
        ("table", "yielded a pyarrow.Table, not the pyarrow.RecordBatch"),
    ],
)
def test_batches_that_were_not_promised(jvm: Jvm, what: str, message: str) -> None:
    prepared = jvm.prepare(SCHEMA, stage("arrow_udfs:yields_given", constants={"what": what}))
    _, end = jvm.run_to_end(prepared, [batch(1)])
    assert isinstance(end, Error)
    assert (end.kind, end.batch) == ("usage", 0)
    assert message in end.message


def test_chained_stages_are_one_evaluation(jvm: Jvm) -> None:
    prepared = jvm.prepare(
        SCHEMA,
        stage("arrow_udfs:plus_one", name="a"),
        stage("arrow_udfs:running", on=["a"], name="b"),
        stage("arrow_udfs:add", on=["x", "b"], name="c"),
    )
    assert (prepared.reads, prepared.row_aligned) == ((0,), True)
    assert output_schema(prepared).names == ["a", "b", "c"]
    assert [report.kind for report in prepared.stages] == [
        "scalar_arrow",
        "scalar_iterator_arrow",
        "scalar_arrow",
    ]
    outputs, _ = jvm.run_to_end(prepared, [batch(1, 2), batch(), batch(3)])
    assert [output.to_pydict() for output in outputs] == [
        {"a": [2, 3], "b": [2, 3], "c": [3, 5]},
        {"a": [], "b": [], "c": []},
        {"a": [4], "b": [6], "c": [9]},
    ]


def test_map_in_a_chain_replaces_the_columns(jvm: Jvm) -> None:
    prepared = jvm.prepare(
        SCHEMA,
        stage("arrow_udfs:plus_one", on=["x"], name="p"),
        stage("arrow_udfs:swap"),
        stage("arrow_udfs:plus_one", on=["a"], name="q"),
    )
    assert (prepared.reads, prepared.row_aligned) == ((0, 1), False)
    outputs, _ = jvm.run_to_end(prepared, [batch(1)])
    assert outputs[0].to_pydict() == {"b": ["1"], "a": [1], "q": [2]}


def test_error_of_an_early_stage_keeps_its_name(jvm: Jvm) -> None:
    prepared = jvm.prepare(
        SCHEMA,
        stage("control_udfs:fail_at", on=["x"], constants={"bad": 3}, name="a"),
        stage("control_udfs:swallow", on=["a"], name="b"),
    )
    outputs, end = jvm.run_to_end(prepared, [batch(1), batch(3), batch(5)])
    assert [output.to_pydict() for output in outputs] == [{"a": [1], "b": [1]}]
    assert isinstance(end, Error)
    assert (end.kind, end.function, end.batch) == ("python", "control_udfs:fail_at", 1)
    assert end.type == "control_udfs.Refused"


@pytest.mark.parametrize(
    ("what", "expected"),
    [("unnamed", {"a": [1, 2], "b": ["x", "y"]}), ("nothing", {"a": [], "b": []})],
)
def test_frames_without_names(jvm: Jvm, what: str, expected: dict[str, list[object]]) -> None:
    request = stage("pandas_udfs:yields_frames", constants={"what": what})
    (output,) = jvm.run(SCHEMA, [batch(1)], request)
    assert output.to_pydict() == expected


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("too few", "yielded 1 columns without names, but 2 are promised: a, b"),
        ("missing", "yielded a batch without column 'b': promised are a, b"),
        ("series", "yielded a pandas.Series, not the pandas.DataFrame that it promised"),
    ],
)
def test_frames_that_were_not_promised(jvm: Jvm, what: str, message: str) -> None:
    prepared = jvm.prepare(SCHEMA, stage("pandas_udfs:yields_frames", constants={"what": what}))
    _, end = jvm.run_to_end(prepared, [batch(1)])
    assert isinstance(end, Error)
    assert message in end.message
