"""What the libraries share when they show Arrow data: what can't be shown is an error that names
the column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from reactor_udf._cast import is_list
from reactor_udf._errors import UsageError
from reactor_udf._values import CONVERSION_ERRORS

_Shown = TypeVar("_Shown")
_Test = Callable[[pa.DataType], bool]
_LOWEST: Final = -(1 << 63)


def reader(field: pa.Field, show: Callable[[pa.Array], _Shown]) -> Callable[[pa.Array], _Shown]:
    """Return ``show``, whose failures name the column."""

    def read(array: pa.Array) -> _Shown:
        try:
            return show(array)
        except MemoryError:
            raise
        except CONVERSION_ERRORS as error:
            raise _unshown(field, str(error)) from None

    return read


def checked_reader(
    field: pa.Field, show: Callable[[pa.Array], _Shown]
) -> Callable[[pa.Array], _Shown]:
    """Return ``show``, which is asked for nothing that it would change silently."""
    if not contains(field.type, lambda kind: any(belongs(kind) for belongs, _, _ in _CHECKS)):
        return reader(field, show)

    def checked(array: pa.Array) -> _Shown:
        for leaves in leaves_of(array):
            for belongs, changes, why in _CHECKS:
                if belongs(leaves.type) and pc.any(changes(leaves.view(pa.int64()))).as_py():
                    raise ValueError(why)
        return show(array)

    return reader(field, checked)


def python_reader(field: pa.Field) -> Callable[[pa.Array], list[Any]]:
    """Return what shows a column as Python's values, as ``as_py`` does."""
    return checked_reader(field, pa.Array.to_pylist)


def is_tick(kind: pa.DataType) -> bool:
    """Whether it is a timestamp or a duration."""
    return bool(types.is_timestamp(kind) or types.is_duration(kind))


def contains(kind: pa.DataType, wanted: _Test) -> bool:
    """Whether the type, or one that it is made of, is wanted."""
    return wanted(kind) or any(contains(part, wanted) for part in _parts(kind))


def unsupported(field: pa.Field, what: str, instead: str) -> UsageError:
    """Return the error of a type that a library has nothing for."""
    return UsageError(f"the column {field.name!r} is {field.type}, which {what}: {instead}")


def _unshown(field: pa.Field, why: str) -> UsageError:
    return UsageError(
        f"the column {field.name!r} of type {field.type} can't be shown to the function: {why}; "
        f"an Arrow function can read it"
    )


def _parts(kind: pa.DataType) -> list[pa.DataType]:
    if isinstance(kind, pa.BaseExtensionType):
        return [kind.storage_type]
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return [kind.value_type]
    return [kind.field(index).type for index in range(kind.num_fields)]


def leaves_of(array: pa.Array) -> Iterator[pa.Array]:
    """Yield the arrays that an array is made of; what nulls and unions leave out may be in them."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        yield from leaves_of(array.storage)
    elif types.is_dictionary(kind):
        yield from leaves_of(array.dictionary)
    elif types.is_run_end_encoded(kind):
        start, runs = array.find_physical_offset(), array.find_physical_length()
        yield from leaves_of(array.values.slice(start, runs))
    elif types.is_map(kind):
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        for values in (array.keys, array.items):
            yield from leaves_of(values[first:last])
    elif is_list(kind):
        yield from leaves_of(array.flatten())
    elif types.is_struct(kind):
        for child in array.flatten():
            yield from leaves_of(child)
    elif types.is_union(kind):
        for index in range(kind.num_fields):
            yield from leaves_of(array.field(index))
    else:
        yield array


def _has_nanoseconds(kind: pa.DataType) -> bool:
    return bool(types.is_time64(kind) and kind.unit == "ns")


def _no_multiple_of(divisor: int) -> Callable[[pa.Array], pa.Array]:
    return lambda ticks: pc.not_equal(pc.multiply(pc.divide(ticks, divisor), divisor), ticks)


_CHECKS: Final[tuple[tuple[_Test, Callable[[pa.Array], pa.Array], str], ...]] = (
    (
        is_tick,
        lambda ticks: pc.equal(ticks, _LOWEST),
        "a value is the lowest of its type, which stands for a missing one",
    ),
    (
        _has_nanoseconds,
        _no_multiple_of(1000),
        "a time has nanoseconds, which Python's time has not",
    ),
    (types.is_date64, _no_multiple_of(86_400_000), "a date has a time of day"),
)
