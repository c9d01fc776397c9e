"""Arrays of single values, of Python, numpy, pandas or pyarrow, without a silent change.

Given a type, ``pa.array`` cuts what does not fit: fractions off numbers, microseconds off times,
times off days, zones, keys of dicts. Here it is given one only for classes of which it is known
that it cuts nothing; others become what they are by themselves first, and are cast.
"""

from __future__ import annotations

import datetime
import decimal
import itertools
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
from pyarrow import types

from reactor_udf._cast import (
    UnrelatedTypes,
    cast,
    is_bytes,
    is_list,
    is_text,
    list_of,
    map_of,
    struct_of,
    zone_of,
)

CONVERSION_ERRORS: Final = (pa.ArrowException, TypeError, ValueError, OverflowError)

_TRUSTED: Final[tuple[tuple[Callable[[pa.DataType], bool], frozenset[type]], ...]] = (
    (types.is_boolean, frozenset({bool})),
    (types.is_integer, frozenset({int})),
    (types.is_float64, frozenset({float, int})),
    (types.is_decimal, frozenset({decimal.Decimal, int})),
    (is_text, frozenset({str})),
    (is_bytes, frozenset({bytes, bytearray, memoryview})),
    (types.is_date, frozenset({datetime.date})),
    (types.is_interval, frozenset({pa.MonthDayNano, tuple})),
    (types.is_null, frozenset()),
)
_NO_LISTS: Final = (str, bytes, bytearray, memoryview)


def array_of(values: Sequence[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    """Return the values as an array of ``kind``; what can't be is one of ``CONVERSION_ERRORS``.

    ``from_pandas``: NaN, NaT and NA are null.
    """
    if isinstance(kind, pa.BaseExtensionType):
        stored = [_stored(value, kind) for value in values]
        storage = array_of(stored, kind.storage_type, from_pandas=from_pandas)
        return pa.ExtensionArray.from_storage(kind, storage)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return cast(array_of(values, kind.value_type, from_pandas=from_pandas), kind)
    if is_list(kind):
        return _lists(values, kind, from_pandas=from_pandas)
    if types.is_struct(kind):
        return _structs(values, kind, from_pandas=from_pandas)
    if types.is_map(kind):
        return _maps(values, kind, from_pandas=from_pandas)
    if types.is_union(kind):
        raise UnrelatedTypes("pyarrow makes no unions of single values")
    return _leaves(values, kind, from_pandas=from_pandas)


def _leaves(values: Sequence[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    classes = set(map(type, values)) - {type(None)}
    for belongs, trusted in _TRUSTED:
        if belongs(kind) and classes <= trusted:
            return pa.array(values, kind, from_pandas=from_pandas)
    if types.is_timestamp(kind) or types.is_date(kind):
        _require_zones(values, zoned=zone_of(kind) is not None)
    try:
        array = _by_themselves(values, kind, from_pandas=from_pandas)
        # NaT is a missing time by itself.
        return cast(pa.nulls(len(array)) if array.null_count == len(array) else array, kind)
    except CONVERSION_ERRORS as error:
        if len(values) < 2:
            if str(error) == str(UnrelatedTypes()):
                raise UnrelatedTypes(f"a value is of type {type(values[0]).__name__}") from None
            raise
        # Together they may have no type that holds them all, as large integers and floats.
        ones = (_leaves([value], kind, from_pandas=from_pandas) for value in values)
        return pa.concat_arrays(list(ones))


def _by_themselves(values: Sequence[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    # pandas' nanoseconds are cut off unless they are asked for.
    if any(getattr(value, "nanosecond", 0) for value in values):
        return pa.array(values, pa.timestamp("ns", zone_of(kind)), from_pandas=from_pandas)
    if any(getattr(value, "nanoseconds", 0) for value in values):
        return pa.array(values, pa.duration("ns"), from_pandas=from_pandas)
    return pa.array(values, from_pandas=from_pandas)


def _require_zones(values: Sequence[Any], *, zoned: bool) -> None:
    for value in values:
        zone = getattr(value, "tzinfo", None)
        missing = value != value  # noqa: PLR0124 - NaT is a datetime, and not itself
        if isinstance(value, datetime.datetime) and not missing and (zone is not None) != zoned:
            raise UnrelatedTypes(
                "the values have no zone: give them one"
                if zoned
                else "the values have a zone: take it away, as the time that is meant"
            )


def _stored(value: Any, kind: pa.BaseExtensionType) -> Any:
    """Return what an extension type's storage has for what ``as_py`` gives."""
    if isinstance(value, uuid.UUID):
        return value.bytes
    bit = isinstance(value, bool) and kind.extension_name == "arrow.bool8"
    return int(value) if bit else value


def _lists(values: Sequence[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    nulls = _nulls(values, from_pandas=from_pandas)
    present = [value for value, null in zip(values, nulls, strict=True) if not null]
    for value in present:
        if isinstance(value, (*_NO_LISTS, Mapping)) or not hasattr(value, "__len__"):
            raise UnrelatedTypes("a value is no list")
    sizes = iter([len(value) for value in present])
    lengths = pa.array([0 if null else next(sizes) for null in nulls], pa.int64())
    items = _items(present, kind.value_type, from_pandas=from_pandas)
    return list_of(items, lengths, pa.array(nulls, pa.bool_()), kind)


def _items(present: list[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    """Return the items of lists; numpy's arrays of numbers stay numpy's."""
    dtypes = {(getattr(value, "dtype", None), getattr(value, "ndim", 1)) for value in present}
    if len(dtypes) == 1:
        ((dtype, dimensions),) = dtypes
        if getattr(dtype, "kind", "O") in "biufmM" and dimensions == 1:
            arrays = [pa.array(value, from_pandas=from_pandas) for value in present]
            return cast(pa.concat_arrays(arrays), kind)
    items = list(itertools.chain.from_iterable(present))
    return array_of(items, kind, from_pandas=from_pandas)


def _structs(values: Sequence[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    nulls = _nulls(values, from_pandas=from_pandas)
    names = [field.name for field in kind]
    rows = [_row(None if null else value, names) for value, null in zip(values, nulls, strict=True)]
    children = [
        array_of([row[index] for row in rows], field.type, from_pandas=from_pandas)
        for index, field in enumerate(kind)
    ]
    return struct_of(children, pa.array(nulls, pa.bool_()), kind)


def _row(value: Any, names: Sequence[str]) -> Sequence[Any]:
    if value is None:
        return [None] * len(names)
    if isinstance(value, Mapping):
        if value.keys() != set(names):
            raise UnrelatedTypes(f"the keys of a value are not {list(names)}")
        return [value[name] for name in names]
    if isinstance(value, tuple) and len(value) == len(names):
        return value
    raise UnrelatedTypes("a value is no dict")


def _maps(values: Sequence[Any], kind: pa.DataType, *, from_pandas: bool) -> pa.Array:
    nulls = _nulls(values, from_pandas=from_pandas)
    offsets, pairs = [0], list[Any]()
    for value, null in zip(values, nulls, strict=True):
        if not null:
            if isinstance(value, _NO_LISTS):
                raise UnrelatedTypes("a value is no list of pairs")
            pairs.extend(value.items() if isinstance(value, Mapping) else value)
        offsets.append(len(pairs))
    keys = array_of([key for key, _ in pairs], kind.key_type, from_pandas=from_pandas)
    items = array_of([item for _, item in pairs], kind.item_type, from_pandas=from_pandas)
    if keys.null_count:
        raise UnrelatedTypes("the keys of maps are not null")
    return map_of(pa.array(offsets, pa.int32()), keys, items, pa.array(nulls, pa.bool_()), kind)


def _nulls(values: Sequence[Any], *, from_pandas: bool) -> list[bool]:
    if not from_pandas:
        return [value is None for value in values]
    return [_is_missing(value) for value in values]


def _is_missing(value: Any) -> bool:
    if value is None or isinstance(value, (Mapping, tuple, list)) or hasattr(value, "__len__"):
        return value is None
    missing: bool = pa.array([value], from_pandas=True).null_count == 1
    return missing
