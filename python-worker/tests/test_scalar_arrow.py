from __future__ import annotations

import math
import struct

import pyarrow as pa
import pytest
from jvm import Jvm, output_schema, stage

from reactor_udf._frames import Error

SCHEMA = pa.schema([("x", pa.int64()), ("z", pa.string()), ("y", pa.int64())])
VALUE = pa.schema([("value", pa.int64())])


def batch(*rows: tuple[int | None, str | None, int | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(
        [dict(zip("xzy", row, strict=True)) for row in rows], schema=SCHEMA
    )


def test_scalar(jvm: Jvm) -> None:
    prepared = jvm.prepare(SCHEMA, stage("arrow_udfs:add"))
    assert prepared.reads == (0, 2)
    assert prepared.row_aligned
    assert output_schema(prepared) == pa.schema([("add", pa.int64())])
    outputs, _ = jvm.run_to_end(prepared, [batch((1, "a", 2), (None, "b", 3)), batch((5, "c", 6))])
    assert [output.to_pydict() for output in outputs] == [{"add": [3, None]}, {"add": [11]}]


def test_on_gives_columns_by_position_and_with_gives_keywords(jvm: Jvm) -> None:
    (output,) = jvm.run(
        SCHEMA,
        [batch((1, "a", 5))],
        stage("arrow_udfs:add", on=["y", "y"], constants={"factor": 3}, name="sum"),
    )
    assert output.to_pydict() == {"sum": [30]}


def test_columns_behind_constants_are_passed_by_name(jvm: Jvm) -> None:
    (output,) = jvm.run(
        SCHEMA,
        [batch((1, "a", 5))],
        stage("arrow_udfs:keyword_columns", on=["y", "x"], constants={"factor": 2}),
    )
    assert output.to_pydict() == {"keyword_columns": [8]}


def test_any_number_of_columns(jvm: Jvm) -> None:
    (output,) = jvm.run(
        SCHEMA, [batch((1, "a", 5))], stage("arrow_udfs:sum_all", on=["x", "y", "x"])
    )
    assert output.to_pydict() == {"sum_all": [7]}


def test_null_is_not_nan_and_floats_are_bit_equal(jvm: Jvm) -> None:
    odd_nan = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0123))[0]
    values = [1.5, None, math.nan, odd_nan, -0.0, 5e-324, math.inf]
    schema = pa.schema([("f", pa.float64())])
    column = pa.array(values, pa.float64(), from_pandas=False)
    (output,) = jvm.run(
        schema, [pa.record_batch([column], schema=schema)], stage("arrow_udfs:same_float")
    )
    assert output.column(0).null_count == 1
    assert output.column(0).buffers()[1].equals(column.buffers()[1])


def test_chunks_are_combined(jvm: Jvm) -> None:
    (output,) = jvm.run(SCHEMA, [batch((1, "a", 5), (2, "b", 6))], stage("arrow_udfs:chunked"))
    assert output.to_pydict() == {"chunked": ["1", "2"]}


def test_batches_of_no_rows_come_back_and_are_not_shown(jvm: Jvm) -> None:
    outputs = jvm.run(
        VALUE,
        [pa.record_batch([pa.array(rows, pa.int64())], schema=VALUE) for rows in ([], [1], [])],
        stage("arrow_udfs:returns_given", constants={"what": "int32"}, returns="int32"),
    )
    assert [output.num_rows for output in outputs] == [0, 1, 0]


def test_sliced_and_nested_columns(jvm: Jvm) -> None:
    schema = pa.schema([("value", pa.list_(pa.struct([("a", pa.string())])))])
    column = pa.array([[{"a": "1"}], None, [], [{"a": None}]], schema.field(0).type).slice(1)
    (output,) = jvm.run(
        schema, [pa.record_batch([column], schema=schema)], stage("arrow_udfs:same_nested")
    )
    assert output.column(0).to_pylist() == [None, [], [{"a": None}]]


@pytest.mark.parametrize(
    ("what", "returns", "expected"),
    [
        ("int32", "int64", [1, 1]),
        ("half", "float32", [0.5, 0.5]),
        ("string", "large_string", ["a", "a"]),
        ("null", "int64", [None, None]),
    ],
)
def test_related_types_are_cast(jvm: Jvm, what: str, returns: str, expected: list[object]) -> None:
    (output,) = jvm.run(
        VALUE,
        [pa.record_batch([[1, 2]], schema=VALUE)],
        stage("arrow_udfs:returns_given", constants={"what": what}, returns=returns),
    )
    assert str(output.schema.field(0).type) == str(pa.type_for_alias(returns))
    assert output.column(0).to_pylist() == expected


@pytest.mark.parametrize(
    ("what", "returns", "message"),
    [
        ("string", "int64", "gave string for 'returns_given', but int64 is promised"),
        ("int32", "string", "gave int32 for 'returns_given', but string is promised"),
        ("half", "int64", "gave double for 'returns_given', but int64 is promised: a value"),
        ("big", "int32", "gave int64 for 'returns_given', but int32 is promised: a value"),
        ("short", "int64", "returned 1 rows for a batch of 2"),
        ("scalar", "int64", "gave a pyarrow.Int64Scalar, not the pyarrow.Array"),
        ("none", "int64", "gave a NoneType, not the pyarrow.Array"),
        ("list", "int64", "gave a list, not the pyarrow.Array"),
    ],
)
def test_result_is_not_what_was_promised(jvm: Jvm, what: str, returns: str, message: str) -> None:
    prepared = jvm.prepare(
        VALUE, stage("arrow_udfs:returns_given", constants={"what": what}, returns=returns)
    )
    outputs, end = jvm.run_to_end(prepared, [pa.record_batch([[1, 2]], schema=VALUE)])
    assert outputs == []
    assert isinstance(end, Error)
    assert (end.kind, end.function, end.batch) == ("usage", "arrow_udfs:returns_given", 0)
    assert message in end.message
