"""Columns of structs as data frames."""

from __future__ import annotations

import pyarrow as pa
import pytest
from jvm import Jvm, stage

from reactor_udf._frames import Error

NAME = pa.struct([("first", pa.string()), ("last", pa.string())])
NAMES = pa.record_batch({"name": ["Ada Lovelace", "Alan Turing"]})
ROWS = pa.record_batch(
    [
        pa.array([1, 2, 3], pa.int64()),
        pa.array([{"w": 10}, None, {"w": 30}], pa.struct([("w", pa.int64())])),
    ],
    names=["v", "row"],
)


@pytest.mark.parametrize("function", ["split", "named", "named_polars"])
def test_result(jvm: Jvm, function: str) -> None:
    (output,) = jvm.run(NAMES.schema, [NAMES], stage(f"struct_udfs:{function}", name="parts"))
    assert output.column("parts").type == NAME
    assert output.column("parts").to_pylist() == [
        {"first": "Ada", "last": "Lovelace"},
        {"first": "Alan", "last": "Turing"},
    ]


@pytest.mark.parametrize("function", ["length", "length_polars"])
def test_argument(jvm: Jvm, function: str) -> None:
    batch = pa.record_batch([pa.array([{"first": "Ada", "last": "L"}, None], NAME)], names=["name"])
    (output,) = jvm.run(batch.schema, [batch], stage(f"struct_udfs:{function}"))
    assert output.to_pydict() == {function: [4, None]}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("products", [10, None, 90]),
        ("both", [{"v": 1, "w": 10}, {"v": 2, "w": None}, {"v": 3, "w": 30}]),
    ],
)
def test_iterators_of_tuples(jvm: Jvm, function: str, expected: list[object]) -> None:
    request = stage(f"struct_udfs:{function}", on=("v", "row"), name="result")
    (output,) = jvm.run(ROWS.schema, [ROWS], request)
    assert output.column("result").to_pylist() == expected


def test_aggregate(jvm: Jvm) -> None:
    (output,) = jvm.run(ROWS.schema, [ROWS], stage("struct_udfs:total"))
    assert output.to_pydict() == {"total": [100.0]}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("length", "takes the column 'name' as a data frame, which shows structs, but its type is"),
        ("not_structs", "gives a data frame for its column, which is one of structs then, but"),
    ],
)
def test_of_another_type(jvm: Jvm, function: str, message: str) -> None:
    request = stage(f"struct_udfs:{function}", on=("name",), name="x")
    assert message in jvm.refused(NAMES.schema, request)


@pytest.mark.parametrize(
    ("function", "message"),
    [("too_few", "returned 1 rows for a batch of 3"), ("other_names", "without column 'w'")],
)
def test_of_another_shape(jvm: Jvm, function: str, message: str) -> None:
    prepared = jvm.prepare(ROWS.schema, stage(f"struct_udfs:{function}", on=("v",), name="x"))
    outputs, end = jvm.run_to_end(prepared, [ROWS])
    assert outputs == []
    assert isinstance(end, Error)
    assert message in end.message
