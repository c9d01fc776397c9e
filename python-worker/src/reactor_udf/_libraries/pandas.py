"""Series and data frames; which dtypes they have, ``_dtypes`` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from reactor_udf._cast import cast
from reactor_udf._conform import (
    conform_values,
    failing_row,
    reason,
    require_nullable,
    type_name,
)
from reactor_udf._errors import Unconvertible, UsageError
from reactor_udf._libraries._dtypes import series_reader
from reactor_udf._libraries._library import Columns, FrameLibrary, concatenated, require_names
from reactor_udf._values import CONVERSION_ERRORS, array_of


class PandasLibrary(FrameLibrary):
    """Series and data frames; keys and single values are Python's and numpy's."""

    def column_reader(self, field: pa.Field) -> Callable[[pa.Array], Any]:
        return series_reader(field, self._declared.pandas)

    def frame_reader(self, fields: Sequence[pa.Field]) -> Callable[[Columns], Any]:
        readers = [(field.name, self.column_reader(field)) for field in fields]

        def read(batch: Columns) -> pd.DataFrame:
            rows, columns = batch
            series = {
                name: column_of(column)
                for (name, column_of), column in zip(readers, columns, strict=True)
            }
            return pd.DataFrame(series, index=pd.RangeIndex(rows), copy=False)

        return read

    def table_reader(self, fields: Sequence[pa.Field]) -> Callable[[Sequence[Columns]], Any]:
        read = self.frame_reader(fields)
        return lambda batches: read(concatenated(batches))

    def key(self, scalars: Sequence[pa.Scalar]) -> tuple[Any, ...]:
        return tuple(scalar.as_py() for scalar in scalars)

    def column_writer(self, field: pa.Field, spec: str) -> Callable[[Any], pa.Array]:
        return lambda series: write_series(series, field, spec)

    def write_frame(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        return _written(value, fields, f"{spec} yielded", spec)

    def write_table(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        return _written(value, fields, f"{spec} gave", spec)

    def write_values(self, values: Sequence[Any], field: pa.Field, spec: str) -> pa.Array:
        return conform_values(values, field, spec, from_pandas=True)


def write_series(series: Any, field: pa.Field, spec: str) -> pa.Array:
    """Return the column of ``field`` that a function gave; NaN, NaT and NA become null."""
    if not isinstance(series, pd.Series):
        raise UsageError(
            f"{spec} gave a {type_name(series)}, not the pandas.Series that it promised", spec
        )
    promised = field.type
    try:
        array = _array_of(series, promised)
    except MemoryError:
        raise
    except CONVERSION_ERRORS as error:
        row = failing_row(len(series), lambda start, end: _array_of(series[start:end], promised))
        raise Unconvertible(
            f"{spec} gave a Series of dtype {series.dtype} for {field.name!r}, "
            f"which can't be the {promised} that is promised: {reason(error)}{row}",
            spec,
        ) from None
    return require_nullable(array, field, spec)


def _array_of(series: pd.Series, promised: pa.DataType) -> pa.Array:
    dtype = series.dtype
    if series.dtype == object:
        return array_of(series.tolist(), promised, from_pandas=True)
    array = pa.array(_numbers(series, dtype), from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if array.type != promised and len(array) and array.null_count == len(array):
        return pa.nulls(len(array), promised)
    return cast(array, promised)


def _numbers(series: pd.Series, dtype: Any) -> Any:
    """Return the numbers of a Series as numpy holds them, where that is all there is to know:
    pyarrow would ask the Series for more than it needs.
    """
    if isinstance(dtype, np.dtype):
        return series.to_numpy() if dtype.kind in "biuf" else series
    values = series.array
    if isinstance(values, (pd.arrays.IntegerArray, pd.arrays.BooleanArray)):
        return series if values.isna().any() else values.to_numpy(dtype.numpy_dtype)
    return series


def _written(value: Any, fields: Sequence[pa.Field], gave: str, spec: str) -> Columns:
    """As PySpark takes it: columns without names by position, and none at all as no rows."""
    if not isinstance(value, pd.DataFrame):
        raise UsageError(
            f"{gave} a {type_name(value)}, not the pandas.DataFrame that it promised", spec
        )
    rows, width = value.shape
    if not rows and not width:
        return 0, [pa.nulls(0, field.type) for field in fields]
    if any(isinstance(name, str) for name in value.columns):
        require_names(value.columns, fields, spec)
        series = [value[field.name] for field in fields]
    elif width == len(fields):
        series = [value.iloc[:, index] for index in range(width)]
    else:
        raise UsageError(
            f"{gave} {width} columns without names, but "
            f"{len(fields)} are promised: {', '.join(field.name for field in fields)}",
            spec,
        )
    return rows, [write_series(one, field, spec) for one, field in zip(series, fields, strict=True)]


LIBRARY = PandasLibrary
