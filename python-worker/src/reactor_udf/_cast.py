"""Casts that change no value. What Arrow's own safe casts do silently is refused here: zones that
come or go, numbers that become infinite, fields of structs that are made or dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

_Test = Callable[[pa.DataType], bool]


class UnrelatedTypes(TypeError):  # noqa: N818 - one of the conversion errors
    """No value of the one type is one of the other; the message may say what to do."""

    def __init__(self, message: str = "the types are not related") -> None:
        super().__init__(message)


class WouldChange(ValueError):  # noqa: N818 - one of the conversion errors
    """A value would not come through as it is."""


def _any_of(*tests: _Test) -> _Test:
    return lambda kind: any(test(kind) for test in tests)


is_text: Final = _any_of(types.is_string, types.is_large_string, types.is_string_view)
is_bytes: Final = _any_of(
    types.is_binary, types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary
)
is_list: Final = _any_of(
    types.is_list,
    types.is_large_list,
    types.is_fixed_size_list,
    types.is_list_view,
    types.is_large_list_view,
)

_RELATED: Final[tuple[tuple[_Test, _Test], ...]] = (
    (types.is_integer, _any_of(types.is_integer, types.is_floating, types.is_decimal)),
    (types.is_floating, _any_of(types.is_integer, types.is_floating)),
    (types.is_decimal, _any_of(types.is_integer, types.is_decimal)),
    (is_text, is_text),
    (is_bytes, is_bytes),
    (types.is_timestamp, _any_of(types.is_timestamp, types.is_date)),
    (types.is_date, _any_of(types.is_timestamp, types.is_date)),
    (types.is_time, types.is_time),
    (types.is_duration, types.is_duration),
)


def cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return the same values as an array of ``kind``.

    An ``UnrelatedTypes`` if no value of the given type could be one, a ``WouldChange`` or an
    ``ArrowException`` if one of these can't be. Floats alone are rounded, to narrower floats.
    """
    given = array.type
    if given == kind:
        return array
    if types.is_null(given):
        return pa.nulls(len(array), kind)
    for belongs, convert in _ENCODED:
        if belongs(given) or belongs(kind):
            return convert(array, kind)
    for belongs, convert in _NESTED:
        if belongs(given) and belongs(kind):
            return convert(array, kind)
    return _leaf(array, kind)


def _extension(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(kind, cast(array, kind.storage_type))
    if array.type.extension_name.startswith("pandas."):
        # A period's storage is a number of days, or of months, or the like.
        raise UnrelatedTypes
    return cast(array.storage, kind)


def _run_ends(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if types.is_run_end_encoded(array.type):
        return cast(pc.run_end_decode(array), kind)
    values = cast(array, kind.value_type)
    return pc.run_end_encode(values, run_end_type=kind.run_end_type)


def _dictionary(array: pa.Array, kind: pa.DataType) -> pa.Array:
    given = array.type
    if not types.is_dictionary(kind):
        return cast(array.dictionary_decode(), kind)
    encoded = array
    if types.is_dictionary(given) and given.ordered == kind.ordered:
        values = cast(array.dictionary, kind.value_type)
    elif kind.ordered and array.null_count < len(array):
        raise UnrelatedTypes("an ordered dictionary can't be made of values without an order")
    elif types.is_dictionary(given):
        values = cast(array.dictionary, kind.value_type)
    else:
        encoded = cast(array, kind.value_type).dictionary_encode()
        values = encoded.dictionary
    indices = encoded.indices.cast(kind.index_type)
    return pa.DictionaryArray.from_arrays(indices, values, ordered=kind.ordered)


def _list(array: pa.Array, kind: pa.DataType) -> pa.Array:
    # What null lists, and slices, leave out is not looked at.
    lengths = pc.fill_null(pc.list_value_length(array), 0).cast(pa.int64())
    return list_of(array.flatten(), lengths, array.is_null(), kind)


def list_of(values: pa.Array, lengths: pa.Array, nulls: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return lists of ``kind`` of these lengths, of ``values`` one after another."""
    values = cast(values, kind.value_type)
    ends = pc.cumulative_sum(lengths)
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), ends])
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        large = types.is_large_list_view(kind)
        make, width = (
            (pa.LargeListViewArray, pa.int64()) if large else (pa.ListViewArray, pa.int32())
        )
        starts, sizes = offsets[:-1].cast(width), lengths.cast(width)
        return make.from_arrays(starts, sizes, values, type=kind, mask=nulls)
    if types.is_fixed_size_list(kind):
        return _fixed_size(values, lengths, nulls, kind)
    if types.is_large_list(kind):
        return pa.LargeListArray.from_arrays(offsets, values, type=kind, mask=nulls)
    return pa.ListArray.from_arrays(offsets.cast(pa.int32()), values, type=kind, mask=nulls)


def _fixed_size(
    values: pa.Array, lengths: pa.Array, nulls: pa.Array, kind: pa.DataType
) -> pa.Array:
    size = kind.list_size
    _require(pc.or_(nulls, pc.equal(lengths, size)), f"a list has not {size} values")
    if pc.any(nulls).as_py():
        # A null list takes places too.
        present = pc.cumulative_sum(pc.invert(nulls).cast(pa.int64()))
        places = [
            None if null else (nth - 1) * size + i
            for null, nth in zip(nulls.to_pylist(), present.to_pylist(), strict=True)
            for i in range(size)
        ]
        values = values.take(pa.array(places, pa.int64()))
    return pa.FixedSizeListArray.from_arrays(values, type=kind, mask=nulls)


def _struct(array: pa.Array, kind: pa.DataType) -> pa.Array:
    given = [field.name for field in array.type]
    promised = [field.name for field in kind]
    if len(set(given)) != len(given) or sorted(given) != sorted(promised):
        raise UnrelatedTypes(f"the fields are {given}, not {promised}")
    columns = dict(zip(given, array.flatten(), strict=True))
    children = [cast(columns[field.name], field.type) for field in kind]
    return struct_of(children, array.is_null(), kind)


def struct_of(children: list[pa.Array], nulls: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return structs of ``kind``."""
    if not children:
        validity = pc.invert(nulls)
        return pa.Array.from_buffers(kind, len(nulls), [validity.buffers()[1]])
    return pa.StructArray.from_arrays(children, fields=list(kind), mask=nulls)


def _map(array: pa.Array, kind: pa.DataType) -> pa.Array:
    offsets = array.offsets
    first, last = offsets[0].as_py(), offsets[-1].as_py()
    keys, items = (values[first:last] for values in (array.keys, array.items))
    return map_of(pc.subtract(offsets, first), keys, items, array.is_null(), kind)


def map_of(
    offsets: pa.Array, keys: pa.Array, items: pa.Array, nulls: pa.Array, kind: pa.DataType
) -> pa.Array:
    """Return maps of ``kind``."""
    keys, items = cast(keys, kind.key_type), cast(items, kind.item_type)
    return pa.MapArray.from_arrays(offsets.cast(pa.int32()), keys, items, type=kind, mask=nulls)


def _leaf(array: pa.Array, kind: pa.DataType) -> pa.Array:
    given = array.type
    if not any(gives(given) and takes(kind) for gives, takes in _RELATED):
        raise UnrelatedTypes
    if zone_of(given) is None and types.is_timestamp(kind) and kind.tz:
        raise UnrelatedTypes("the values have no zone: give them one")
    if zone_of(given) and not zone_of(kind):
        raise UnrelatedTypes("the values have a zone: take it away, as the time that is meant")
    if types.is_integer(given) and types.is_decimal(kind):
        # Arrow asks for digits enough for any integer, whatever these are.
        made = array.cast(pa.decimal128(20, 0)).cast(kind)
    else:
        made = array.cast(kind, safe=True)
    for gives, takes, kept, otherwise in _CHECKED:
        if gives(given) and takes(kind):
            _require(kept(array, made), otherwise)
    return made


def _goes_back(array: pa.Array, made: pa.Array) -> pa.Array:
    return pc.equal(made.cast(array.type, safe=False), array)


def _is_equal_decimal(array: pa.Array, made: pa.Array) -> pa.Array:
    wide = pa.decimal256(76, max(made.type.scale, 0))
    return pc.equal(made.cast(wide), array.cast(wide))


def _stays_finite(array: pa.Array, made: pa.Array) -> pa.Array:
    return pc.equal(pc.is_inf(made), pc.is_inf(array))


def _is_equal_float(array: pa.Array, made: pa.Array) -> pa.Array:
    return pc.equal(made.cast(pa.float64()), array.cast(pa.float64()))


# What Arrow's safe casts let through.
_CHECKED: Final = (
    (types.is_floating, types.is_floating, _stays_finite, "a value is out of its range"),
    (types.is_integer, types.is_float16, _is_equal_float, "a value is out of its range"),
    (types.is_integer, types.is_decimal, _is_equal_decimal, "a value is out of its range"),
    (types.is_decimal, types.is_decimal, _is_equal_decimal, "a value is out of its range"),
    (types.is_timestamp, types.is_date, _goes_back, "a value has a time of day"),
    (types.is_date, types.is_timestamp, _goes_back, "a value is out of its range"),
)


def zone_of(kind: pa.DataType) -> str | None:
    """Return the zone of a timestamp that has one."""
    zone: str | None = kind.tz if types.is_timestamp(kind) else None
    return zone


def _require(holds: pa.Array, otherwise: str) -> None:
    # Nulls do not count, nor does it if there is nothing else.
    if pc.all(holds).as_py() is False:
        raise WouldChange(otherwise)


def _is_extension(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType)


_Convert = Callable[[pa.Array, pa.DataType], pa.Array]
_ENCODED: Final[tuple[tuple[_Test, _Convert], ...]] = (
    (_is_extension, _extension),
    (types.is_run_end_encoded, _run_ends),
    (types.is_dictionary, _dictionary),
)
_NESTED: Final[tuple[tuple[_Test, _Convert], ...]] = (
    (is_list, _list),
    (types.is_struct, _struct),
    (types.is_map, _map),
)
