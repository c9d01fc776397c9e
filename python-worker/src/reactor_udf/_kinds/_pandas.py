"""Columns as pandas Series and back.

A Series' dtype is decided by the schema alone, so that it does not change from batch to batch:
integer and boolean fields that may be null are pandas' nullable dtypes (``Int64``, ``boolean``:
exact at any size), others are numpy's; floats are numpy's, with NaN for null; dictionaries are
categorical; the rest is as pyarrow converts it. Numbers and booleans are copies that a function may
write to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import pyarrow as pa
from pyarrow import types

from reactor_udf._errors import UsageError
from reactor_udf._kinds._conform import reason, require_nullable, type_name

_NULLABLE: Final[dict[pa.DataType, Any]] = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}

# Which Arrow types a numpy kind of dtype may become; what is not listed is for pyarrow to judge.
_ALLOWED: Final[dict[str, tuple[Callable[[pa.DataType], bool], ...]]] = {
    "b": (types.is_boolean,),
    "i": (types.is_integer, types.is_floating, types.is_decimal),
    "u": (types.is_integer, types.is_floating, types.is_decimal),
    "f": (types.is_integer, types.is_floating, types.is_decimal),
    "M": (types.is_timestamp, types.is_date),
    "m": (types.is_duration,),
}
_TEXT: Final = (types.is_string, types.is_large_string, types.is_string_view)


def series_reader(field: pa.Field) -> Callable[[pa.Array], pd.Series]:
    """Return what converts a column of ``field`` to a Series."""
    dtype = _NULLABLE.get(field.type)
    if types.is_floating(field.type):
        return _to_numpy
    if dtype is None:
        return _to_pandas

    def read(array: pa.Array) -> pd.Series:
        return pd.Series(dtype.__from_arrow__(array), copy=False)

    def read_without_nulls(array: pa.Array) -> pd.Series:
        # numpy has no null: the values would become floats, and large integers other ones.
        if array.null_count:
            raise UsageError(
                f"the column {field.name!r} holds nulls, but its field says that there are none: "
                f"declare it as nullable"
            )
        return _to_numpy(array)

    return read if field.nullable else read_without_nulls


def write_series(series: Any, field: pa.Field, spec: str) -> pa.Array:
    """Return the column of ``field`` that a function gave; NaN, NaT and NA become null."""
    if not isinstance(series, pd.Series):
        raise UsageError(
            f"{spec} gave a {type_name(series)}, not the pandas.Series that it promised", spec
        )
    promised = field.type
    if isinstance(series.dtype, pd.CategoricalDtype) and not types.is_dictionary(promised):
        series = series.astype(series.dtype.categories.dtype)
    try:
        if not _may_become(series.dtype, promised):
            if not series.isna().all():
                raise TypeError("the types are not related")
            return require_nullable(pa.nulls(len(series), promised), field, spec)
        array = pa.array(series, type=promised, from_pandas=True, safe=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise UsageError(
            f"{spec} gave a Series of dtype {series.dtype} for {field.name!r}, "
            f"which can't be the {promised} that is promised: {reason(error)}",
            spec,
        ) from None
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return require_nullable(array, field, spec)


def _to_numpy(array: pa.Array) -> pd.Series:
    # A copy that the function may write to: what the array views may be another function's input.
    return pd.Series(array.to_numpy(zero_copy_only=False, writable=True), copy=False)


def _to_pandas(array: pa.Array) -> pd.Series:
    return array.to_pandas()


def _may_become(dtype: Any, promised: pa.DataType) -> bool:
    allowed = _TEXT if isinstance(dtype, pd.StringDtype) else _ALLOWED.get(dtype.kind)
    if allowed is None or isinstance(dtype, pd.CategoricalDtype):
        return True
    return isinstance(promised, pa.BaseExtensionType) or any(fits(promised) for fits in allowed)
