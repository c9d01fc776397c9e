"""One sample of every Arrow type, or several: the values that are hard to keep, and a null.

``minor`` is what Arrow Java calls the type's vectors.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

NAN_WITH_PAYLOAD: float = struct.unpack("<d", struct.pack("<Q", 0x7FF8DEAD0000BEEF))[0]


@dataclass(frozen=True)
class Sample:
    """A row of the table: a name for it, the type, and values with a null; ``array`` is None for a
    type that pyarrow has no arrays of.
    """

    name: str
    minor: str
    kind: pa.DataType
    array: pa.Array | None
    nullable: bool = True

    @property
    def field(self) -> pa.Field:
        return pa.field("value", self.kind, self.nullable)


def of(name: str, minor: str, array: pa.Array, *, nullable: bool = True) -> Sample:
    """A sample of the array's type."""
    return Sample(name, minor, array.type, array, nullable)


def interval(code: str) -> pa.DataType:
    """A type that pyarrow reads, but has neither a constructor nor arrays for.

    It comes through the C data interface, where a type is a string: ``tiM``, ``tiD``.
    """

    class CSchema(ctypes.Structure):
        pass

    release = ctypes.CFUNCTYPE(None, ctypes.POINTER(CSchema))
    CSchema._fields_ = [
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", release),
        ("private_data", ctypes.c_void_p),
    ]

    def end(schema: Any) -> None:
        schema.contents.release = release()

    released = release(end)
    schema = CSchema(code.encode(), b"", None, 2, 0, None, None, released, None)
    return pa.DataType._import_from_c(ctypes.addressof(schema))


def _integers(kind: pa.DataType) -> pa.Array:
    bits = kind.bit_width
    signed = pa.types.is_signed_integer(kind)
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return pa.array([low, None, high, high - 1, 0], kind)


def _floats(kind: pa.DataType) -> pa.Array:
    return pa.array([0.5, None, -0.0, math.inf, -math.inf, 1.0, 2.0**-14], kind)


def _decimals(kind: pa.DataType) -> pa.Array:
    most = Decimal((0, (9,) * kind.precision, -kind.scale))
    least = Decimal((0, (1,), -kind.scale))
    return pa.array([most, None, most.copy_negate(), least], kind)


def _timestamps(unit: str, zone: str | None) -> pa.Array:
    first, last = (-2208988800, 4102444799) if unit == "ns" else (-62135596800, 253402300799)
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    ticks = [first * per_second, None, (last + 1) * per_second - 1, -1, 0, 1]
    if zone:
        # Within a day of the years 1 and 9999 a zone leaves what Python's datetime holds.
        ticks[0], ticks[2] = (first + 86400) * per_second, (last - 86400) * per_second
    return pa.array(ticks, pa.timestamp(unit, zone))


def _durations(unit: str) -> pa.Array:
    return pa.array([-1, None, 0, 1, 86_400_000], pa.duration(unit))


def _times(kind: pa.DataType) -> pa.Array:
    last = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit] * 86400 - 1
    ticks = [0, None, last if kind.unit != "ns" else last - 999, 1 if kind.unit != "ns" else 1000]
    return pa.array(ticks, pa.int32() if kind.bit_width == 32 else pa.int64()).cast(kind)


_LISTS = [[1, None, 9007199254740993], None, [], [(1 << 63) - 1]]
_TEXT = ["a", None, "", "ü☃", "longer than twelve bytes"]
_BYTES = [b"a", None, b"", b"\x00\xff", b"longer than twelve bytes"]
_WORDS = ["b", None, "a", "b"]


def _union(mode: str) -> pa.Array:
    types = pa.array([0, 1, 0, 1], pa.int8())
    if mode == "sparse":
        children = [pa.array([1, 0, None, 0]), pa.array(["", "x", "", None])]
        return pa.UnionArray.from_sparse(types, children, ["i", "s"])
    children = [pa.array([1, None]), pa.array(["x", None])]
    return pa.UnionArray.from_dense(types, pa.array([0, 0, 1, 1], pa.int32()), children, ["i", "s"])


def _dictionary(index: pa.DataType, *, ordered: bool = False) -> pa.Array:
    codes = pa.array([1, None, 0, 1], index)
    return pa.DictionaryArray.from_arrays(codes, pa.array(["a", "b"]), ordered=ordered)


def _run_ends(ends: pa.DataType) -> pa.Array:
    return pc.run_end_encode(pa.array([7, 7, None, None, (1 << 63) - 1]), run_end_type=ends)


def _extension(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    return pa.ExtensionArray.from_storage(kind, pa.array(values, kind.storage_type))


SAMPLES: list[Sample] = [
    of("null", "NULL", pa.nulls(3)),
    of("bool", "BIT", pa.array([True, None, False])),
    of("bool not null", "BIT", pa.array([True, False]), nullable=False),
    of("int8", "TINYINT", _integers(pa.int8())),
    of("int16", "SMALLINT", _integers(pa.int16())),
    of("int32", "INT", _integers(pa.int32())),
    of("int64", "BIGINT", _integers(pa.int64())),
    of("int64 not null", "BIGINT", pa.array([-(1 << 63), (1 << 63) - 1]), nullable=False),
    of("uint8", "UINT1", _integers(pa.uint8())),
    of("uint16", "UINT2", _integers(pa.uint16())),
    of("uint32", "UINT4", _integers(pa.uint32())),
    of("uint64", "UINT8", _integers(pa.uint64())),
    of("float16", "FLOAT2", _floats(pa.float16())),
    of("float32", "FLOAT4", _floats(pa.float32())),
    of("float64", "FLOAT8", _floats(pa.float64())),
    of("float64 with NaN", "FLOAT8", pa.array([math.nan, None, NAN_WITH_PAYLOAD])),
    of("decimal32", "DECIMAL", _decimals(pa.decimal32(9, 2))),
    of("decimal64", "DECIMAL", _decimals(pa.decimal64(18, 4))),
    of("decimal128", "DECIMAL", _decimals(pa.decimal128(38, 10))),
    of("decimal256", "DECIMAL256", _decimals(pa.decimal256(76, 0))),
    of("string", "VARCHAR", pa.array(_TEXT)),
    of("large_string", "LARGEVARCHAR", pa.array(_TEXT, pa.large_string())),
    of("string_view", "VIEWVARCHAR", pa.array(_TEXT, pa.string_view())),
    of("binary", "VARBINARY", pa.array(_BYTES)),
    of("large_binary", "LARGEVARBINARY", pa.array(_BYTES, pa.large_binary())),
    of("binary_view", "VIEWVARBINARY", pa.array(_BYTES, pa.binary_view())),
    of("fixed_size_binary", "FIXEDSIZEBINARY", pa.array([b"ab", None, b"\x00\xff"], pa.binary(2))),
    of("date32", "DATEDAY", pa.array([dt.date(1, 1, 1), None, dt.date(9999, 12, 31)])),
    of(
        "date64",
        "DATEMILLI",
        pa.array([dt.date(1, 1, 1), None, dt.date(9999, 12, 31)], pa.date64()),
    ),
    of("time32[s]", "TIMESEC", _times(pa.time32("s"))),
    of("time32[ms]", "TIMEMILLI", _times(pa.time32("ms"))),
    of("time64[us]", "TIMEMICRO", _times(pa.time64("us"))),
    of("time64[ns]", "TIMENANO", _times(pa.time64("ns"))),
    of(
        "time64[ns] with nanoseconds",
        "TIMENANO",
        pa.array([1, None], pa.int64()).cast(pa.time64("ns")),
    ),
    of("timestamp[s]", "TIMESTAMPSEC", _timestamps("s", None)),
    of("timestamp[ms]", "TIMESTAMPMILLI", _timestamps("ms", None)),
    of("timestamp[us]", "TIMESTAMPMICRO", _timestamps("us", None)),
    of("timestamp[ns]", "TIMESTAMPNANO", _timestamps("ns", None)),
    of("timestamp[s, zone]", "TIMESTAMPSECTZ", _timestamps("s", "UTC")),
    of("timestamp[ms, zone]", "TIMESTAMPMILLITZ", _timestamps("ms", "Asia/Kathmandu")),
    of("timestamp[us, zone]", "TIMESTAMPMICROTZ", _timestamps("us", "America/New_York")),
    of("timestamp[ns, zone]", "TIMESTAMPNANOTZ", _timestamps("ns", "Europe/Berlin")),
    of("timestamp[us, offset]", "TIMESTAMPMICROTZ", _timestamps("us", "+05:45")),
    of(
        "timestamp[us] at its lowest",
        "TIMESTAMPMICRO",
        pa.array([-(1 << 63), None], pa.timestamp("us")),
    ),
    of("duration[s]", "DURATION", _durations("s")),
    of("duration[ms]", "DURATION", _durations("ms")),
    of("duration[us]", "DURATION", _durations("us")),
    of("duration[ns]", "DURATION", _durations("ns")),
    Sample("month_interval", "INTERVALYEAR", interval("tiM"), None),
    Sample("day_time_interval", "INTERVALDAY", interval("tiD"), None),
    of(
        "month_day_nano_interval",
        "INTERVALMONTHDAYNANO",
        pa.array([(1, -2, 3), None], pa.month_day_nano_interval()),
    ),
    of("list", "LIST", pa.array(_LISTS)),
    of("large_list", "LARGELIST", pa.array(_LISTS, pa.large_list(pa.int64()))),
    of(
        "fixed_size_list",
        "FIXED_SIZE_LIST",
        pa.array([[1, None], None, [3, 4]], pa.list_(pa.int64(), 2)),
    ),
    of("list_view", "LISTVIEW", pa.array(_LISTS, pa.list_view(pa.int64()))),
    of("large_list_view", "LARGELISTVIEW", pa.array(_LISTS, pa.large_list_view(pa.int64()))),
    of("struct", "STRUCT", pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": None}])),
    of(
        "map",
        "MAP",
        pa.array([[("k", 1), ("l", None)], None, []], pa.map_(pa.string(), pa.int64())),
    ),
    of("sparse_union", "UNION", _union("sparse"), nullable=False),
    of("dense_union", "DENSEUNION", _union("dense"), nullable=False),
    of("dictionary, int8 indices", "TINYINT", _dictionary(pa.int8())),
    of("dictionary, int32 indices", "INT", _dictionary(pa.int32())),
    of("dictionary, uint64 indices", "UINT8", _dictionary(pa.uint64())),
    of("dictionary, ordered", "SMALLINT", _dictionary(pa.int16(), ordered=True)),
    of("run_end_encoded, int16", "RUNENDENCODED", _run_ends(pa.int16())),
    of("run_end_encoded, int64", "RUNENDENCODED", _run_ends(pa.int64())),
    of("extension: arrow.uuid", "EXTENSIONTYPE", _extension(pa.uuid(), [bytes(range(16)), None])),
    of("extension: arrow.json", "EXTENSIONTYPE", _extension(pa.json_(), ['{"a":1}', None])),
    of("extension: arrow.bool8", "EXTENSIONTYPE", _extension(pa.bool8(), [1, None, 0])),
    of(
        "list of structs of lists",
        "LIST",
        pa.array([[{"a": [1, None], "t": dt.datetime(1969, 1, 1, 1)}, None], None, []]),
    ),
    of("list of floats", "LIST", pa.array([[0.5, None], None, [-0.0]])),
    of(
        "list of int64 not null",
        "LIST",
        pa.array([[1, (1 << 63) - 1], None], pa.list_(pa.field("item", pa.int64(), False))),
    ),
    of(
        "struct of timestamps",
        "STRUCT",
        pa.array(
            [{"t": 1, "z": 2}, None],
            pa.struct([("t", pa.timestamp("ns")), ("z", pa.timestamp("us", "Asia/Tokyo"))]),
        ),
    ),
    of(
        "list of dictionaries",
        "LIST",
        pa.array([["a", None], ["b", "a"], None], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
    ),
    of(
        "map of lists",
        "MAP",
        pa.array([[(1, [1.5]), (2, None)], None], pa.map_(pa.int32(), pa.list_(pa.float64()))),
    ),
]
