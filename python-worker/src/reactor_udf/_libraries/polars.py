"""Series and data frames of polars, which has types of its own: what it can't hold is refused, and
what it holds as another type is cast back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl
import pyarrow as pa
from pyarrow import types

from reactor_udf._cast import cast
from reactor_udf._conform import conform, conform_values, type_name
from reactor_udf._errors import UsageError
from reactor_udf._libraries._library import Columns, FrameLibrary, concatenated, require_names
from reactor_udf._libraries._reading import contains, is_tick, reader, unsupported

# A panic of Rust is not an Exception.
_FAILURES: Final = (Exception, pl.exceptions.PanicException)


class PolarsLibrary(FrameLibrary):
    """Series and data frames; keys and single values are Python's."""

    def column_reader(self, field: pa.Field) -> Callable[[pa.Array], Any]:
        return series_reader(field)

    def frame_reader(self, fields: Sequence[pa.Field]) -> Callable[[Columns], Any]:
        readers = [series_reader(field) for field in fields]

        def read(batch: Columns) -> pl.DataFrame:
            columns = zip(readers, batch[1], strict=True)
            return pl.DataFrame([series_of(column) for series_of, column in columns])

        return read

    def table_reader(self, fields: Sequence[pa.Field]) -> Callable[[Sequence[Columns]], Any]:
        read = self.frame_reader(fields)
        return lambda batches: read(concatenated(batches))

    def key(self, scalars: Sequence[pa.Scalar]) -> tuple[Any, ...]:
        return tuple(scalar.as_py() for scalar in scalars)

    def column_writer(self, field: pa.Field, spec: str) -> Callable[[Any], pa.Array]:
        def write(value: Any) -> pa.Array:
            if not isinstance(value, pl.Series):
                raise UsageError(
                    f"{spec} gave a {type_name(value)}, not the polars.Series that it promised",
                    spec,
                )
            return _written(value, field, spec)

        return write

    def write_frame(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        if not isinstance(value, pl.DataFrame):
            raise UsageError(
                f"{spec} gave a {type_name(value)}, not the polars.DataFrame that it promised",
                spec,
            )
        require_names(value.columns, fields, spec)
        return value.height, [_written(value[field.name], field, spec) for field in fields]

    def write_table(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        return self.write_frame(value, fields, spec)

    def write_values(self, values: Sequence[Any], field: pa.Field, spec: str) -> pa.Array:
        return conform_values(values, field, spec)


def series_reader(field: pa.Field) -> Callable[[pa.Array], pl.Series]:
    """Return what converts a column of ``field`` to a Series of its name."""
    kind = field.type
    held = _held(kind)
    # Asked for these, polars may panic, which writes a stack to the worker's output.
    known = not contains(held, lambda part: types.is_decimal256(part) or types.is_interval(part))
    try:
        if known:
            pl.from_arrow(pa.nulls(0, held))
    except _FAILURES:
        known = False
    if not known:
        raise unsupported(field, "polars has nothing for", "write the function over pyarrow")

    def show(array: pa.Array) -> pl.Series:
        given = cast(array, held)
        if given.offset and contains(held, types.is_fixed_size_list):
            # polars does not read slices of these.
            given = given.take(pa.array(range(len(given))))
        try:
            return pl.Series(field.name, pl.from_arrow(given))
        except _FAILURES as error:
            raise ValueError(str(error)) from None

    return reader(field, show)


def _held(kind: pa.DataType) -> pa.DataType:
    """Return what polars is given for a type that it would take for another, or not at all."""
    if isinstance(kind, pa.BaseExtensionType):
        return _held(kind.storage_type)
    if types.is_run_end_encoded(kind):
        return _held(kind.value_type)
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        return pa.large_list(kind.value_field)
    if is_tick(kind) and kind.unit == "s":
        return pa.timestamp("ms", kind.tz) if types.is_timestamp(kind) else pa.duration("ms")
    if types.is_dictionary(kind) and kind.ordered:
        return pa.dictionary(kind.index_type, kind.value_type)
    return kind


def _written(series: pl.Series, field: pa.Field, spec: str) -> pa.Array:
    try:
        array = series.to_arrow()
    except _FAILURES as error:
        raise UsageError(
            f"{spec} gave a polars.Series of dtype {series.dtype} for {field.name!r}, which has no "
            f"Arrow type: {error}",
            spec,
        ) from None
    return conform(array, field, spec)


LIBRARY = PolarsLibrary
