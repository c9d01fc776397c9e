"""Types and arrays of them for hypothesis: any value that the type has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import strategies as st
from pyarrow import types

from reactor_udf._cast import is_bytes, is_list, is_text
from reactor_udf._libraries._reading import contains

UNITS = st.sampled_from(["s", "ms", "us", "ns"])
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "+05:45"])
INDEXES = st.sampled_from([pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.uint32(), pa.int64()])

LEAVES: dict[str, st.SearchStrategy[pa.DataType]] = {
    "NA": st.just(pa.null()),
    "BOOL": st.just(pa.bool_()),
    **{
        f"{name.upper()}": st.just(getattr(pa, name)())
        for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    },
    "HALF_FLOAT": st.just(pa.float16()),
    "FLOAT": st.just(pa.float32()),
    "DOUBLE": st.just(pa.float64()),
    **{
        f"DECIMAL{bits}": st.builds(
            getattr(pa, f"decimal{bits}"), st.integers(4, most), st.integers(0, 4)
        )
        for bits, most in ((32, 9), (64, 18), (128, 38), (256, 76))
    },
    "STRING": st.just(pa.string()),
    "LARGE_STRING": st.just(pa.large_string()),
    "STRING_VIEW": st.just(pa.string_view()),
    "BINARY": st.just(pa.binary()),
    "LARGE_BINARY": st.just(pa.large_binary()),
    "BINARY_VIEW": st.just(pa.binary_view()),
    "FIXED_SIZE_BINARY": st.builds(pa.binary, st.integers(0, 17)),
    "DATE32": st.just(pa.date32()),
    "DATE64": st.just(pa.date64()),
    "TIME32": st.builds(pa.time32, st.sampled_from(["s", "ms"])),
    "TIME64": st.builds(pa.time64, st.sampled_from(["us", "ns"])),
    "TIMESTAMP": st.builds(pa.timestamp, UNITS, st.none() | ZONES),
    "DURATION": st.builds(pa.duration, UNITS),
    "INTERVAL_MONTH_DAY_NANO": st.just(pa.month_day_nano_interval()),
}
PLAIN = st.one_of(*(strategy for name, strategy in LEAVES.items() if name != "NA"))


def _union(mode: str) -> Callable[[list[pa.DataType]], pa.DataType]:
    def make(kinds: list[pa.DataType]) -> pa.DataType:
        fields = [pa.field(f"m{index}", kind) for index, kind in enumerate(kinds)]
        return pa.union(fields, mode, [3 * index for index in range(len(kinds))])

    return make


def _items(inner: st.SearchStrategy[pa.DataType]) -> st.SearchStrategy[pa.Field]:
    return st.builds(lambda kind: pa.field("item", kind), inner)


def nested(inner: st.SearchStrategy[pa.DataType]) -> dict[str, st.SearchStrategy[pa.DataType]]:
    """The types that are made of others."""
    some = st.lists(inner, min_size=1, max_size=3)
    # NaN is not equal to itself, which comparing bits can't make up for in unions and run ends.
    members = st.lists(
        inner.filter(lambda kind: not contains(kind, types.is_floating)), min_size=1, max_size=3
    )
    items = _items(inner)
    return {
        "LIST": st.builds(pa.list_, items),
        "LARGE_LIST": st.builds(pa.large_list, items),
        "FIXED_SIZE_LIST": st.builds(pa.list_, items, st.integers(1, 3)),
        "LIST_VIEW": st.builds(pa.list_view, items),
        "LARGE_LIST_VIEW": st.builds(pa.large_list_view, items),
        "STRUCT": some.map(lambda kinds: pa.struct([(f"f{i}", k) for i, k in enumerate(kinds)])),
        "MAP": st.builds(pa.map_, st.sampled_from([pa.string(), pa.int32()]), inner),
        "SPARSE_UNION": members.map(_union("sparse")),
        "DENSE_UNION": members.map(_union("dense")),
        "DICTIONARY": st.builds(
            pa.dictionary,
            INDEXES,
            st.sampled_from([pa.string(), pa.int64(), pa.date32(), pa.binary()]),
            st.booleans(),
        ),
        "RUN_END_ENCODED": st.builds(
            pa.run_end_encoded,
            st.sampled_from([pa.int16(), pa.int32(), pa.int64()]),
            st.sampled_from([pa.int64(), pa.string(), pa.date32(), pa.bool_()]),
        ),
        "EXTENSION": st.sampled_from([pa.uuid(), pa.json_(), pa.bool8()]),
    }


ONCE = nested(PLAIN)
ANY = st.one_of(PLAIN, *ONCE.values(), *nested(st.one_of(*ONCE.values())).values())
TYPES = {**LEAVES, **ONCE}


def ids(kind: pa.DataType) -> Iterator[int]:
    """Yield the id of a type and of those it is made of."""
    yield kind.id
    for index in range(0 if isinstance(kind, pa.BaseExtensionType) else kind.num_fields):
        yield from ids(kind.field(index).type)


def arrays(kind: pa.DataType, rows: int, *, nulls: bool = True) -> st.SearchStrategy[pa.Array]:
    """Arrays of ``kind``."""
    if isinstance(kind, pa.BaseExtensionType):
        storage = arrays(kind.storage_type, rows, nulls=nulls)
        return storage.map(lambda stored: pa.ExtensionArray.from_storage(kind, stored))
    if types.is_run_end_encoded(kind):
        values = arrays(kind.value_type, rows, nulls=nulls)
        return values.map(lambda array: pc.run_end_encode(array, run_end_type=kind.run_end_type))
    for belongs, made in (
        (types.is_dictionary, _dictionaries),
        (types.is_union, _unions),
        (lambda of: of.num_fields > 0, _nested),
        (types.is_null, lambda of, length, nulls: st.just(pa.nulls(length))),
    ):
        if belongs(kind):
            return made(kind, rows, nulls=nulls)
    value, make = _leaf(kind)
    return st.lists(st.none() | value if nulls else value, min_size=rows, max_size=rows).map(make)


def _leaf(
    kind: pa.DataType,
) -> tuple[st.SearchStrategy[Any], Callable[[list[Any]], pa.Array]]:
    def as_they_are(values: list[Any]) -> pa.Array:
        return pa.array(values, kind)

    def as_bits(values: list[Any]) -> pa.Array:
        return pa.array(values, bits).view(kind)

    for belongs, value in (
        (types.is_boolean, st.booleans()),
        (is_text, st.text(max_size=20)),
        (types.is_fixed_size_binary, st.binary(min_size=_width(kind), max_size=_width(kind))),
        (is_bytes, st.binary(max_size=20)),
        (types.is_decimal, _decimals(kind)),
        (types.is_interval, st.tuples(*(st.integers(-(1 << 31), (1 << 31) - 1),) * 3)),
    ):
        if belongs(kind):
            return value, as_they_are
    bits = pa.int64() if kind.bit_width == 64 else getattr(pa, f"int{kind.bit_width}")()
    low, high = -(1 << kind.bit_width - 1), (1 << kind.bit_width - 1) - 1
    if types.is_date64(kind):
        days = st.integers(low // 86_400_000 + 1, high // 86_400_000)
        return days.map(lambda day: day * 86_400_000), as_bits
    if types.is_time(kind):
        per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit]
        return st.integers(0, 86400 * per_second - 1), as_bits
    extremes = st.sampled_from([low, low + 1, -1, 0, 1, high - 1, high])
    return extremes | st.integers(low, high), as_bits


def _width(kind: pa.DataType) -> int:
    width: int = kind.byte_width if types.is_fixed_size_binary(kind) else 0
    return width


def _decimals(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if not types.is_decimal(kind):
        return st.nothing()
    digits = st.lists(st.integers(0, 9), min_size=1, max_size=kind.precision)
    return st.builds(
        lambda sign, number: Decimal((sign, tuple(number), -kind.scale)), st.integers(0, 1), digits
    )


@st.composite
def _dictionaries(draw: st.DrawFn, kind: pa.DataType, rows: int, *, nulls: bool) -> pa.Array:
    values = draw(arrays(kind.value_type, draw(st.integers(1, 4)), nulls=False)).unique()
    index = st.integers(0, len(values) - 1)
    indices = draw(st.lists(st.none() | index if nulls else index, min_size=rows, max_size=rows))
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, kind.index_type), values, ordered=kind.ordered
    )


@st.composite
def _unions(draw: st.DrawFn, kind: pa.DataType, rows: int, *, nulls: bool) -> pa.Array:
    codes = list(kind.type_codes)
    chosen = draw(st.lists(st.sampled_from(codes), min_size=rows, max_size=rows))
    names = [field.name for field in kind]
    of_type = pa.array(chosen, pa.int8())
    if kind.mode == "sparse":
        children = [draw(arrays(field.type, rows, nulls=nulls)) for field in kind]
        return pa.UnionArray.from_sparse(of_type, children, names, codes)
    children = [
        draw(arrays(field.type, chosen.count(code)))
        for field, code in zip(kind, codes, strict=True)
    ]
    offsets = [chosen[:row].count(code) for row, code in enumerate(chosen)]
    return pa.UnionArray.from_dense(of_type, pa.array(offsets, pa.int32()), children, names, codes)


@st.composite
def _nested(draw: st.DrawFn, kind: pa.DataType, rows: int, *, nulls: bool) -> pa.Array:
    none = draw(st.lists(st.booleans() if nulls else st.just(False), min_size=rows, max_size=rows))
    mask = pa.array(none, pa.bool_())
    if types.is_struct(kind):
        children = [draw(arrays(field.type, rows)) for field in kind]
        return pa.StructArray.from_arrays(children, fields=list(kind), mask=mask)
    if types.is_fixed_size_list(kind):
        values = draw(arrays(kind.value_type, rows * kind.list_size))
        return pa.FixedSizeListArray.from_arrays(values, type=kind, mask=mask)
    lengths = draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    offsets = [sum(lengths[:row]) for row in range(rows + 1)]
    if types.is_map(kind):
        keys = draw(arrays(kind.key_type, offsets[-1], nulls=False))
        items = draw(arrays(kind.item_type, offsets[-1]))
        return pa.MapArray.from_arrays(
            pa.array(offsets, pa.int32()), keys, items, type=kind, mask=mask
        )
    assert is_list(kind)
    values = draw(arrays(kind.value_type, offsets[-1]))
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        large = types.is_large_list_view(kind)
        width = pa.int64() if large else pa.int32()
        make = pa.LargeListViewArray if large else pa.ListViewArray
        return make.from_arrays(
            pa.array(offsets[:-1], width), pa.array(lengths, width), values, type=kind, mask=mask
        )
    large = types.is_large_list(kind)
    make = pa.LargeListArray if large else pa.ListArray
    width = pa.int64() if large else pa.int32()
    return make.from_arrays(pa.array(offsets, width), values, type=kind, mask=mask)
