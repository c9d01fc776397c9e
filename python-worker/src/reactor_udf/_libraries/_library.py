"""What a library has to do: show Arrow data as its own objects, and take its objects back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._udf import Declaration

Columns = tuple[int, list[pa.Array]]
"""A batch between stages: its row count, and its columns."""


class Library(ABC):
    """Converts columns and single values.

    Readers and writers of columns are made once for their fields and called for each batch; what a
    writer can't make of a function's result is a ``UsageError``.
    """

    def __init__(self, declared: Declaration) -> None:
        self._declared = declared

    @abstractmethod
    def column_reader(self, field: pa.Field) -> Callable[[pa.Array], Any]:
        """Return what shows a column."""

    @abstractmethod
    def column_writer(self, field: pa.Field, spec: str) -> Callable[[Any], pa.Array]:
        """Return what takes the column that a function gave."""

    @abstractmethod
    def write_values(self, values: Sequence[Any], field: pa.Field, spec: str) -> pa.Array:
        """Return the column of single values that a function gave, one a call."""

    @abstractmethod
    def key(self, scalars: Sequence[pa.Scalar]) -> tuple[Any, ...]:
        """Return a group's key as functions get it."""


class FrameLibrary(Library):
    """Converts batches, and tables, which are the batches of a group, as well."""

    @abstractmethod
    def frame_reader(self, fields: Sequence[pa.Field]) -> Callable[[Columns], Any]:
        """Return what shows a batch."""

    @abstractmethod
    def table_reader(self, fields: Sequence[pa.Field]) -> Callable[[Sequence[Columns]], Any]:
        """Return what shows batches, one at least, as one object."""

    @abstractmethod
    def write_frame(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        """Return the batch that a function yielded; columns are found by name."""

    @abstractmethod
    def write_table(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        """Return the table that a function gave for a group."""


def concatenated(batches: Sequence[Columns]) -> Columns:
    """Return batches as one; a ``UsageError`` if a column is too large to be one array."""
    if len(batches) == 1:
        return batches[0]
    rows = sum(batch[0] for batch in batches)
    parts = zip(*(columns for _, columns in batches), strict=True)
    try:
        return rows, [pa.concat_arrays(list(arrays)) for arrays in parts]
    except pa.ArrowInvalid as error:
        raise UsageError(
            f"{rows} rows, which have to be held as one, do not fit an array ({error}): make "
            f"smaller groups, or have a function read an iterator"
        ) from None


def taken(column: pa.Array, rows: pa.Array) -> pa.Array:
    """Return these rows of a column, in this order and as often as they are named."""
    try:
        return column.take(rows)
    except pa.ArrowNotImplementedError:
        # Of string views and run-end encoded columns pyarrow has slices only.
        return pa.concat_arrays([column.slice(row, 1) for row in rows.to_pylist()])


def require_names(given: Sequence[Any], fields: Sequence[pa.Field], spec: str) -> None:
    """Check that what a function gave has exactly the promised columns, in any order."""
    names = list(given)
    promised = [field.name for field in fields]
    missing = [name for name in promised if name not in names]
    extra = [name for name in names if name not in promised]
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    for what, which in (
        ("without", missing),
        ("with an unpromised", extra),
        ("with two of", twice),
    ):
        if which:
            raise UsageError(
                f"{spec} yielded a batch {what} column "
                f"{', '.join(repr(name) for name in which)}: "
                f"promised are {', '.join(promised)}",
                spec,
            )
