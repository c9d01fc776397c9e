"""Checks Arrow results against what was promised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyarrow import types

from reactor_udf._errors import UsageError

_FAMILIES: tuple[tuple[Callable[[pa.DataType], bool], ...], ...] = (
    (types.is_integer, types.is_floating, types.is_decimal),
    (types.is_string, types.is_large_string, types.is_string_view),
    (types.is_binary, types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary),
    (types.is_timestamp,),
    (types.is_date,),
    (types.is_time,),
    (types.is_duration,),
    (types.is_list, types.is_large_list, types.is_fixed_size_list),
    (types.is_struct,),
    (types.is_map,),
    (types.is_dictionary,),
)


def as_array(value: Any, spec: str) -> pa.Array:
    """Return the array that a function gave."""
    if isinstance(value, pa.Array):
        return value
    if isinstance(value, pa.ChunkedArray):
        return value.combine_chunks()
    hint = "; make an array of one value for each row" if isinstance(value, pa.Scalar) else ""
    raise UsageError(
        f"{spec} gave a {type_name(value)}, not the pyarrow.Array that it promised{hint}", spec
    )


def conform(array: pa.Array, field: pa.Field, spec: str) -> pa.Array:
    """Return ``array`` as ``field`` promises it: the same type, or a safe cast within a family of
    types.
    """
    if array.type != field.type:
        array = _cast(array, field, spec)
    return require_nullable(array, field, spec)


def require_nullable(array: pa.Array, field: pa.Field, spec: str) -> pa.Array:
    """Return ``array`` if it has no nulls where ``field`` allows none."""
    if not field.nullable and array.null_count:
        raise UsageError(
            f"{spec} gave {array.null_count} nulls for {field.name!r}, "
            f"which is promised as not null",
            spec,
        )
    return array


def reason(error: Exception) -> str:
    """Return why a conversion failed, without the row value that pyarrow's own words may hold."""
    if isinstance(error, TypeError):
        return str(error)
    return "a value is out of its range or would change"


def type_name(value: Any) -> str:
    """Return the class of ``value`` as users write it."""
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _cast(array: pa.Array, field: pa.Field, spec: str) -> pa.Array:
    promised = f"{spec} gave {array.type} for {field.name!r}, but {field.type} is promised"
    if not (types.is_null(array.type) or _related(array.type, field.type)):
        raise UsageError(promised, spec)
    try:
        return array.cast(field.type, safe=True)
    except pa.ArrowException as error:
        raise UsageError(f"{promised}: {reason(error)}", spec) from None


def _related(given: pa.DataType, promised: pa.DataType) -> bool:
    return any(
        any(belongs(given) for belongs in family) and any(belongs(promised) for belongs in family)
        for family in _FAMILIES
    )
