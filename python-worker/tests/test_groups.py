"""P21: which rows are a group, whatever the type of the key, and how they are collected."""

from __future__ import annotations

import datetime
import struct
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from groups import KX, kx, outcome, rows
from jvm import Jvm, output_schema, stage

from reactor_udf._frames import RowsBetween
from reactor_udf._kinds import _groups

NANS = [struct.unpack("<d", bits)[0] for bits in (b"\0\0\0\0\0\0\xf8\x7f", b"\1\0\0\0\0\0\xf8\xff")]
NOON = datetime.datetime(2024, 3, 31, 12, tzinfo=datetime.timezone.utc)


def of(kind: pa.DataType, *values: Any) -> pa.Array:
    return pa.array(values, kind)


def categories(*values: str | None) -> pa.Array:
    return pa.array(values).dictionary_encode()


KEYS: dict[str, tuple[pa.Array, list[int]]] = {
    # A column, and how many rows each of its groups has.
    "string": (of(pa.string(), "a", "a", "", "", None, None, "ü"), [2, 2, 2, 1]),
    "large string": (of(pa.large_string(), "a", "a", None), [2, 1]),
    "string view": (of(pa.string_view(), "a" * 20, "a" * 20, None), [2, 1]),
    "int8": (of(pa.int8(), -128, 127, 127, None), [1, 2, 1]),
    "int64": (of(pa.int64(), -(2**63), 2**63 - 1, 2**63 - 1, 2**63 - 2, None), [1, 2, 1, 1]),
    "uint64": (of(pa.uint64(), 2**64 - 1, 2**64 - 1, 2**64 - 2), [2, 1]),
    "float16": (of(pa.float16(), 1.5, 1.5, None, 0.0, -0.0), [2, 1, 2]),
    "float32": (of(pa.float32(), 1.5, 1.5, None, *NANS), [2, 1, 2]),
    "float64": (of(pa.float64(), 0.0, -0.0, None, None, *NANS, 1.0), [2, 2, 2, 1]),
    "boolean": (of(pa.bool_(), True, True, False, None, None), [2, 1, 2]),
    "binary": (of(pa.binary(), b"\0", b"\0", b"", None), [2, 1, 1]),
    "fixed binary": (of(pa.binary(2), b"ab", b"ab", b"ac", None), [2, 1, 1]),
    "decimal32": (of(pa.decimal32(5, 2), Decimal("1.50"), Decimal("1.5"), None), [2, 1]),
    "decimal128": (of(pa.decimal128(38, 2), Decimal("1.50"), Decimal("1.5"), None), [2, 1]),
    "decimal256": (of(pa.decimal256(76, 2), Decimal("1.50"), Decimal("1.51")), [1, 1]),
    "timestamp": (of(pa.timestamp("ns", "Europe/Berlin"), 1, 1, 2, None, 2**63 - 1), [2, 1, 1, 1]),
    "seconds": (of(pa.timestamp("s"), -1, -1, 0), [2, 1]),
    "date32": (of(pa.date32(), 1, 1, None), [2, 1]),
    "date64": (of(pa.date64(), 86400000, 86400000, None), [2, 1]),
    "time32": (of(pa.time32("s"), 1, 1, 2), [2, 1]),
    "time64": (of(pa.time64("ns"), 1, 1, 2), [2, 1]),
    "duration": (of(pa.duration("us"), 1, 1, 2), [2, 1]),
    "interval": (of(pa.month_day_nano_interval(), (1, 2, 3), (1, 2, 3), (1, 2, 4)), [2, 1]),
    "dictionary": (categories("a", "a", "b", None, None), [2, 1, 2]),
    "extension": (of(pa.uuid(), b"a" * 16, b"a" * 16, b"b" * 16, None), [2, 1, 1]),
    "null": (pa.nulls(3), [3]),
}


def cut(column: pa.Array, length: int) -> list[pa.RecordBatch]:
    """Batches of so many rows, as slices, with empty ones in between."""
    schema = pa.schema([("key", column.type), ("x", pa.int64())])
    x = pa.array(range(len(column)), pa.int64())
    whole = pa.RecordBatch.from_arrays([column, x], schema=schema)
    pieces = [whole.slice(start, length) for start in range(0, len(column), length)]
    return [batch for piece in pieces for batch in (piece, whole.slice(0, 0))]


def bits(column: pa.Array) -> pa.Array:
    """What is equal only if it is bit for bit."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    if pa.types.is_floating(column.type):
        return column.view(f"int{column.type.bit_width}")
    return column


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("length", [1, 2, 100])
def test_equal_keys_are_a_group(jvm: Jvm, name: str, length: int) -> None:
    column, sizes = KEYS[name]
    batches = cut(column, length)
    counted = stage("group_udfs:rows", on=["x"], group_by=["key"])
    prepared = jvm.prepare(batches[0].schema, counted)
    outputs, _ = jvm.run_to_end(prepared, batches)
    assert [n for output in outputs for n in output["rows"].to_pylist()] == sizes
    assert output_schema(prepared).field("key").type == column.type
    # The key is that of a group's first row, bit for bit.
    firsts = [column.slice(sum(sizes[:group]), 1) for group in range(len(sizes))]
    keys = pa.concat_arrays([output["key"] for output in outputs])
    assert bits(keys).equals(bits(pa.concat_arrays(firsts)))


@pytest.mark.parametrize("name", KEYS)
def test_rows_are_collected_by_any_key(jvm: Jvm, name: str) -> None:
    column, sizes = KEYS[name]
    half = len(column)
    batches = cut(pa.concat_arrays([column, column]), 2)
    listed = stage("group_udfs:values", on=["x"], group_by=["key"], collect=1 << 20)
    outputs = jvm.run(batches[0].schema, batches, listed)
    starts = [sum(sizes[:group]) for group in range(len(sizes))]
    expected = [
        [start + row + offset for offset in (0, half) for row in range(size)]
        for start, size in zip(starts, sizes, strict=True)
    ]
    assert [values for output in outputs for values in output["values"].to_pylist()] == expected


@pytest.mark.parametrize("function", ["spelled", "spelled_in_pandas"])
def test_keys_as_functions_get_them(jvm: Jvm, function: str) -> None:
    schema = pa.schema(
        [
            ("a", pa.string()),
            ("b", pa.int64()),
            ("c", pa.timestamp("us", "UTC")),
            ("d", pa.date32()),
        ]
    )
    key = ["x", None, NOON, NOON.date()]
    batch = pa.RecordBatch.from_arrays(
        [pa.array([v], f.type) for v, f in zip(key, schema, strict=True)], schema=schema
    )
    spelled = stage(f"group_udfs:{function}", group_by=schema.names)
    ((text, count),), _ = outcome(jvm, [batch], spelled)
    assert (text.replace("zoneinfo.ZoneInfo(key='UTC')", "datetime.timezone.utc"), count) == (
        repr(key),
        1,
    )


def test_several_keys(jvm: Jvm) -> None:
    schema = pa.schema([("a", pa.string()), ("b", pa.int64()), ("x", pa.int64())])
    a = ["u", "u", "u", "v", "v", None, None]
    b = [1, 1, 2, 2, None, None, None]
    batch = pa.RecordBatch.from_arrays(
        [pa.array(a), pa.array(b), pa.array(range(7))], schema=schema
    )
    listed = stage("group_udfs:values", on=["x"], group_by=["b", "a"])
    expected = [
        (1, "u", [0, 1]),
        (2, "u", [2]),
        (2, "v", [3]),
        (None, "v", [4]),
        (None, None, [5, 6]),
    ]
    assert outcome(jvm, [batch], listed) == (expected, None)
    shuffled = batch.take([5, 0, 4, 2, 3, 1, 6])
    listed = stage("group_udfs:values", on=["x"], group_by=["b", "a"], collect=1 << 20)
    results, _ = outcome(jvm, [shuffled.slice(0, 3), shuffled.slice(3)], listed)
    assert results == [expected[i] for i in (4, 0, 3, 1, 2)]


def test_a_dictionary_that_is_replaced_has_equal_keys(jvm: Jvm) -> None:
    first = categories("a", "b")
    replaced = pa.DictionaryArray.from_arrays(pa.array([0, 0, 1], pa.int32()), ["b", "c"])
    counted = stage("group_udfs:rows", on=["x"], group_by=["key"])
    given = [*cut(first, 2), *cut(replaced, 3)]
    assert outcome(jvm, given, counted) == ([("a", 1), ("b", 3), ("c", 1)], None)


def test_keys_that_are_remembered_are_bounded(jvm: Jvm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_groups, "REMEMBERED_KEYS", 3)
    counted = stage("group_udfs:rows", on=["x"], group_by=["k"])
    apart = kx([(k, 0) for k in (1, 2, 3, 4, 1)])
    assert outcome(jvm, apart, counted) == ([(k, 1) for k in (1, 2, 3, 4, 1)], None)
    near = kx([(1, 0)], [(2, 0)], [(3, 0)], [(1, 0)])
    _, error = outcome(jvm, near, counted)
    assert error is not None
    assert "a key comes back" in error


def test_long_keys_are_told_apart(jvm: Jvm) -> None:
    schema = pa.schema([("k", pa.string()), ("x", pa.int64())])
    long = "k" * 1000
    batch = pa.RecordBatch.from_pylist([{"k": long + e, "x": 0} for e in "abba"], schema)
    counted = stage("group_udfs:rows", on=["x"], group_by=["k"])
    assert "a key comes back" in str(outcome(jvm, [batch], counted)[1])
    assert outcome(jvm, [batch.slice(0, 3)], counted)[1] is None


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.int64()),
        pa.struct([("a", pa.int64())]),
        pa.map_(pa.string(), pa.int64()),
        pa.dictionary(pa.int32(), pa.list_(pa.int64())),
        pa.run_end_encoded(pa.int32(), pa.int64()),
    ],
)
def test_what_cant_be_a_key(jvm: Jvm, kind: pa.DataType) -> None:
    schema = pa.schema([("k", kind), ("x", pa.int64())])
    refusal = jvm.refused(schema, stage("group_udfs:rows", on=["x"], group_by=["k"]))
    assert f"grouped by the column 'k', whose type {kind} can't be a key" in refusal


@pytest.mark.parametrize(
    ("group_by", "message"),
    [
        (["z"], "is grouped by the column 'z', of which there is none: the columns are k, x"),
        (["k", "z"], "the column 'z'"),
    ],
)
def test_columns_that_are_not_there(jvm: Jvm, group_by: list[str], message: str) -> None:
    assert message in jvm.refused(KX, stage("group_udfs:rows", on=["x"], group_by=group_by))


def test_what_is_collected_is_limited(jvm: Jvm) -> None:
    # Eight rows of two int64, without nulls.
    given = kx(*([(k, 0) for k in range(4)] for _ in range(2)))
    size = 2 * 4 * 8 * 2
    fits = stage("group_udfs:rows", on=["x"], group_by=["k"], collect=size)
    assert outcome(jvm, given, fits) == ([(k, 2) for k in range(4)], None)
    results, error = outcome(
        jvm, given, stage("group_udfs:rows", on=["x"], group_by=["k"], collect=size - 1)
    )
    assert results == []
    assert f"which has more than the {size - 1} bytes that collect(...) allows" in str(error)


def test_a_dictionary_counts_once(jvm: Jvm) -> None:
    column = pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * 50, pa.int8()), pa.array(["a" * 1000, "b" * 1000])
    )
    collected = stage("group_udfs:rows", on=["x"], group_by=["key"], collect=4000)
    assert outcome(jvm, cut(column, 10), collected)[0] == [("a" * 1000, 50), ("b" * 1000, 50)]


def test_what_was_collected_comes_in_batches_as_before(jvm: Jvm) -> None:
    given = kx([(k, 0) for k in range(10)], [], [(k, 1) for k in range(10)])
    outputs = jvm.run(KX, given, stage("group_udfs:first", group_by=["k"], collect=1 << 20))
    assert rows(outputs) == [(k, 0) for k in range(10)]
    # Two batches again, and the group that is known to have ended with the stream.
    assert [output.num_rows for output in outputs] == [4, 5, 1]


def test_polars(jvm: Jvm) -> None:
    given = kx([(1, 1), (1, 2)], [(1, 3), (2, 4)])
    for function in ("counted_in_polars", "counted_polars_parts"):
        counted = stage(f"group_udfs:{function}", group_by=["k"])
        assert outcome(jvm, given, counted) == ([(1, 3), (2, 1)], None)
    mean = stage("group_udfs:mean_in_polars", group_by=["k"])
    assert outcome(jvm, given, mean) == ([(1, 2.0), (2, 4.0)], None)
    total = stage("group_udfs:total_of_polars_parts", on=["x"], group_by=["k"])
    assert outcome(jvm, given, total) == ([(1, 6), (2, 4)], None)
    window = stage("group_udfs:mean_in_polars", group_by=["k"], rows=RowsBetween(-1, 0))
    assert outcome(jvm, given, window) == ([(1.0,), (1.5,), (2.5,), (4.0,)], None)


def test_collecting_needs_groups(jvm: Jvm) -> None:
    refusal = jvm.refused(KX, stage("group_udfs:rows", on=["x"], collect=100))
    assert "has no groups to collect" in refusal


def test_a_stream_of_no_rows_is_collected(jvm: Jvm) -> None:
    counted = stage("group_udfs:rows", on=["x"], group_by=["k"], collect=1)
    assert outcome(jvm, kx([], []), counted) == ([], None)
