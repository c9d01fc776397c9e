"""Checks results against what was promised: safe casts are made, lossy ones are errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa

from reactor_udf._cast import UnrelatedTypes, WouldChange, cast
from reactor_udf._errors import Unconvertible, UsageError
from reactor_udf._values import CONVERSION_ERRORS, array_of

# pyarrow's words are "Could not convert <value> with type <class>: ...".
_NOT_CONVERTED: Final = re.compile(r"Could not convert .* with type ([\w.]+): .*", re.DOTALL)


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


def conform_values(
    values: Sequence[Any], field: pa.Field, spec: str, *, from_pandas: bool = False
) -> pa.Array:
    """Return single values, of Python, numpy or pyarrow, as the column that ``field`` promises.

    ``from_pandas``: NaN, NaT and NA are null.
    """
    try:
        array = array_of(values, field.type, from_pandas=from_pandas)
    except MemoryError:
        raise
    except CONVERSION_ERRORS as error:
        row = _first_failing(
            len(values),
            lambda start, end: array_of(values[start:end], field.type, from_pandas=from_pandas),
        )
        given = "values" if row is None else f"a {type_name(values[row])}"
        where = "" if row is None else f" (row {row} of the batch)"
        raise Unconvertible(
            f"{spec} gave {given} for {field.name!r}, which can't be the {field.type} that is "
            f"promised: {reason(error)}{where}",
            spec,
        ) from None
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
    if isinstance(error, (UnrelatedTypes, WouldChange)):
        return str(error)
    if match := _NOT_CONVERTED.fullmatch(str(error)):
        return f"a value is of type {match[1]}"
    if isinstance(error, TypeError):
        return "a value is of another type"
    return "a value is out of its range or would change"


def failing_row(rows: int, convert: Callable[[int, int], object]) -> str:
    """Say which row is the first that can't be converted, if one is to blame.

    ``convert`` takes the rows from one index to another. What all of its calls convert is about
    twice the batch.
    """
    row = _first_failing(rows, convert)
    return "" if row is None else f" (row {row} of the batch)"


def _first_failing(rows: int, convert: Callable[[int, int], object]) -> int | None:
    first, end = 0, rows
    while end - first > 1:
        middle = (first + end) // 2
        if _fails(convert, first, middle):
            end = middle
        else:
            first = middle
    blamed = rows and _fails(convert, first, end) and not _fails(convert, 0, 0)
    return first if blamed else None


def _fails(convert: Callable[[int, int], object], start: int, end: int) -> bool:
    try:
        convert(start, end)
    except CONVERSION_ERRORS:
        return True
    return False


def type_name(value: Any) -> str:
    """Return the class of ``value`` as users write it."""
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _cast(array: pa.Array, field: pa.Field, spec: str) -> pa.Array:
    try:
        return cast(array, field.type)
    except MemoryError:
        raise
    except CONVERSION_ERRORS as error:
        row = failing_row(len(array), lambda start, end: cast(array[start:end], field.type))
        raise Unconvertible(
            f"{spec} gave {array.type} for {field.name!r}, but {field.type} is promised: "
            f"{reason(error)}{row}",
            spec,
        ) from None
