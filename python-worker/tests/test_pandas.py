from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from jvm import Jvm, stage

from reactor_udf._frames import Error

MAX, MIN = (1 << 63) - 1, -(1 << 63)


def column(kind: pa.DataType, values: list[Any], *, nullable: bool = True) -> pa.RecordBatch:
    schema = pa.schema([pa.field("value", kind, nullable)])
    return pa.record_batch([pa.array(values, kind)], schema=schema)


def test_scalar(jvm: Jvm) -> None:
    schema = pa.schema([("distance", pa.int32()), ("delay", pa.float64())])
    batch = pa.record_batch([[2, None, 4], [1.0, 2.0, None]], schema=schema)
    (output,) = jvm.run(schema, [batch], stage("pandas_udfs:risk", constants={"threshold": 1}))
    assert output.to_pydict() == {"risk": [1.5, None, None]}


def test_string(jvm: Jvm) -> None:
    schema = pa.schema([("name", pa.string())])
    batch = pa.record_batch([["a", None, "ü"]], schema=schema)
    (output,) = jvm.run(schema, [batch], stage("pandas_udfs:shout"))
    assert output.to_pydict() == {"shout": ["A!", None, "Ü!"]}


@pytest.mark.parametrize(
    ("kind", "nullable", "dtype"),
    [
        (pa.int64(), True, "Int64"),
        (pa.int64(), False, "int64"),
        (pa.int8(), True, "Int8"),
        (pa.uint8(), True, "UInt8"),
        (pa.uint64(), False, "uint64"),
        (pa.bool_(), True, "boolean"),
        (pa.bool_(), False, "bool"),
        (pa.float64(), True, "float64"),
        (pa.float32(), False, "float32"),
        (pa.timestamp("ms"), True, "datetime64[ms]"),
        (pa.timestamp("us", "Europe/Berlin"), True, "datetime64[us, Europe/Berlin]"),
        (pa.duration("s"), True, "timedelta64[s]"),
        (pa.date32(), True, "object"),
        (pa.decimal128(10, 2), True, "object"),
    ],
)
def test_dtype_follows_the_schema_alone(
    jvm: Jvm, kind: pa.DataType, nullable: bool, dtype: str
) -> None:
    values = {pa.bool_(): True, pa.decimal128(10, 2): Decimal("1.00")}
    batch = column(kind, [values.get(kind, 1)], nullable=nullable)
    (output,) = jvm.run(batch.schema, [batch], stage("pandas_udfs:dtypes"))
    assert output.to_pydict() == {"dtypes": [dtype]}


def test_int64_is_exact_at_its_extremes_with_nulls(jvm: Jvm) -> None:
    batch = column(pa.int64(), [MAX, None, MIN, MAX - 1, 0])
    (output,) = jvm.run(batch.schema, [batch], stage("pandas_udfs:same_int"))
    assert output.column(0).to_pylist() == [MAX, None, MIN, MAX - 1, 0]


def test_nan_in_a_result_becomes_null(jvm: Jvm) -> None:
    batch = column(pa.float64(), [1.0, math.nan, None, -0.0])
    (output,) = jvm.run(batch.schema, [batch], stage("pandas_udfs:same_float"))
    assert output.column(0).to_pylist() == [1.0, None, None, -0.0]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.bool_(), [True, None]),
        (pa.uint64(), [(1 << 64) - 1, None]),
        (pa.string(), ["a", None]),
        (pa.large_string(), ["a", None]),
        (pa.binary(), [b"a", None]),
        (pa.date32(), [datetime.date(2013, 1, 1), None]),
        (pa.timestamp("us"), [datetime.datetime(2013, 1, 1, 1, 2, 3, 4), None]),
        (pa.timestamp("ns"), [pd.Timestamp("2013-01-01T00:00:00.000000001"), None]),
        (pa.timestamp("s"), [datetime.datetime(9999, 1, 1), None]),
        (pa.duration("us"), [datetime.timedelta(seconds=1), None]),
        (pa.time64("us"), [datetime.time(1, 2), None]),
        (pa.decimal128(10, 2), [Decimal("1.25"), None]),
        (pa.list_(pa.int64()), [[1, 2], None, []]),
        (pa.struct([("a", pa.int64())]), [{"a": 1}, None]),
        (pa.float32(), [1.5, None]),
    ],
)
def test_types_go_through_unchanged(jvm: Jvm, kind: pa.DataType, values: list[Any]) -> None:
    batch = column(kind, values)
    (output,) = jvm.run(batch.schema, [batch], stage("pandas_udfs:same", returns=str(kind)))
    assert output.column(0).equals(batch.column(0))


def test_category_becomes_its_values(jvm: Jvm) -> None:
    batch = column(pa.int64(), [1, 2, 1], nullable=False)
    (output,) = jvm.run(batch.schema, [batch], stage("pandas_udfs:category_as_text"))
    assert output.column(0).to_pylist() == [1, 2, 1]


@pytest.mark.parametrize(
    ("kind", "values", "returns"),
    [
        (pa.string(), ["1"], "int64"),
        (pa.int64(), [1], "string"),
        (pa.float64(), [1.5], "int64"),
        (pa.int64(), [1 << 40], "int32"),
        (pa.bool_(), [True], "int64"),
        (pa.int64(), [1], "bool"),
        (pa.int64(), [1], "timestamp[us]"),
        (pa.timestamp("us"), [1], "int64"),
        (pa.timestamp("us"), [1], "timestamp[s]"),
    ],
)
def test_result_of_another_type(
    jvm: Jvm, kind: pa.DataType, values: list[Any], returns: str
) -> None:
    batch = column(kind, values)
    prepared = jvm.prepare(batch.schema, stage("pandas_udfs:same", returns=returns, name="out"))
    _, end = jvm.run_to_end(prepared, [batch])
    assert isinstance(end, Error)
    assert (end.kind, end.function, end.batch) == ("usage", "pandas_udfs:same", 0)
    assert "pandas_udfs:same gave a Series of dtype" in end.message
    assert f"for 'out', which can't be the {pa.type_for_alias(returns)}" in end.message


def test_all_missing_is_null_of_any_type(jvm: Jvm) -> None:
    batch = column(pa.float64(), [None, None])
    (output,) = jvm.run(batch.schema, [batch], stage("pandas_udfs:same", returns="string"))
    assert output.column(0).to_pylist() == [None, None]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("numpy_array", "gave a numpy.ndarray, not the pandas.Series"),
        ("short", "returned 1 rows for a batch of 2"),
    ],
)
def test_result_of_another_shape(jvm: Jvm, function: str, message: str) -> None:
    batch = column(pa.float64(), [1.0, 2.0])
    prepared = jvm.prepare(batch.schema, stage(f"pandas_udfs:{function}"))
    _, end = jvm.run_to_end(prepared, [batch])
    assert isinstance(end, Error)
    assert message in end.message


def test_set_up_of_an_iterator_function_runs_once_for_each_evaluation(jvm: Jvm) -> None:
    from importlib import import_module

    batch = column(pa.int64(), [1, None])
    prepared = jvm.prepare(batch.schema, stage("pandas_udfs:scaled"))
    set_ups = import_module("pandas_udfs").set_ups
    set_ups.clear()
    for factor in (1, 2):
        outputs, _ = jvm.run_to_end(prepared, [batch, batch])
        assert [output.column(0).to_pylist() for output in outputs] == [[factor, None]] * 2


def test_iterator_of_tuples(jvm: Jvm) -> None:
    schema = pa.schema([("a", pa.float64()), ("b", pa.float64())])
    batch = pa.record_batch([[1.0, 3.0], [2.0, 4.0]], schema=schema)
    (output,) = jvm.run(schema, [batch], stage("pandas_udfs:ratio", on=["b", "a"]))
    assert output.column(0).to_pylist() == [2.0, 4.0 / 3.0]


def test_map(jvm: Jvm) -> None:
    schema = pa.schema([("name", pa.string()), ("x", pa.int64()), ("unused", pa.int64())])
    batch = pa.record_batch([["a", None, "c"], [1, 2, -1], [0, 0, 0]], schema=schema)
    prepared = jvm.prepare(schema, stage("pandas_udfs:positive"))
    assert (prepared.row_aligned, prepared.reads) == (False, (0, 1, 2))
    outputs, _ = jvm.run_to_end(prepared, [batch, batch.slice(0, 0)])
    assert [output.to_pydict() for output in outputs] == [
        {"x": [1, 2], "name": ["a", None]},
        {"x": [], "name": []},
    ]


def test_dtypes_of_frames_follow_the_schema(jvm: Jvm) -> None:
    schema = pa.schema([("a", pa.int64()), pa.field("b", pa.int16(), False), ("c", pa.bool_())])
    batch = pa.record_batch([[1], pa.array([2], pa.int16()), [True]], schema=schema)
    (output,) = jvm.run(schema, [batch], stage("pandas_udfs:frame_dtypes"))
    assert output.column(0).to_pylist() == ["a=Int64, b=int16, c=boolean"]


def test_a_function_may_write_to_its_arguments(jvm: Jvm) -> None:
    schema = pa.schema([("x", pa.float64())])
    batch = pa.record_batch([[0.5, 2.0, None]], schema=schema)
    chain = [
        stage("pandas_udfs:clip_in_place", name="a"),
        stage("pandas_udfs:clip_in_place", name="b"),
    ]
    (output,) = jvm.run(schema, [batch], *chain)
    assert output.to_pydict() == {"a": [0.5, 1.0, None], "b": [0.5, 1.0, None]}
