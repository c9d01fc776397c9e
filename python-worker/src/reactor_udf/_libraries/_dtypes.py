"""Which dtype a Series has: decided by the schema alone, so that it does not change from batch to
batch (docs/types.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from reactor_udf._cast import is_list, is_text
from reactor_udf._errors import UsageError
from reactor_udf._libraries._reading import (
    checked_reader,
    contains,
    python_reader,
    reader,
    unsupported,
)
from reactor_udf._udf import Dtypes

_Reader = Callable[[pa.Array], pd.Series]

_MASKED: Final[dict[pa.DataType, Any]] = {
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
_MASKED_FLOATS: Final[dict[pa.DataType, Any]] = {
    pa.float32(): pd.Float32Dtype(),
    pa.float64(): pd.Float64Dtype(),
}


def series_reader(field: pa.Field, dtypes: Dtypes) -> _Reader:
    """Return what converts a column of ``field`` to a Series."""
    if dtypes == "pyarrow":
        return _as_arrow
    if dtypes == "nullable" and is_text(field.type):
        return _texts
    made = _numbers(field, dtypes) or _encoded(field, dtypes)
    return made or _of_objects(field)


def _numbers(field: pa.Field, dtypes: Dtypes) -> _Reader | None:
    nullable = dtypes == "nullable"
    if nullable and field.type in _MASKED_FLOATS:
        return _masked(_MASKED_FLOATS[field.type])
    if types.is_floating(field.type):
        return _to_numpy
    if field.type not in _MASKED:
        return None
    if nullable or field.nullable:
        return _masked_exact(_MASKED[field.type])
    return _without_nulls(field)


def _encoded(field: pa.Field, dtypes: Dtypes) -> _Reader | None:
    """Return the reader for what is shown as that in which it is stored."""
    kind = field.type
    if isinstance(kind, getattr(pa, "UuidType", ())):
        return _objects(field, lambda value: value)
    if isinstance(kind, pa.BaseExtensionType):
        stored = series_reader(field.with_type(kind.storage_type), dtypes)
        return lambda array: stored(array.storage)
    if types.is_run_end_encoded(kind):
        values = series_reader(pa.field(field.name, kind.value_type), dtypes)
        return lambda array: values(pc.run_end_decode(array))
    return None


def _of_objects(field: pa.Field) -> _Reader:
    kind = field.type
    if contains(kind, types.is_union):
        raise unsupported(
            field,
            "pandas has nothing for",
            'declare the function @udf(pandas="pyarrow"), or write it over pyarrow',
        )
    if is_list(kind) and _is_exact(kind.value_field):
        return reader(field, pa.Array.to_pandas)
    if kind.num_fields:
        return _objects(field, _shown_as(kind))
    return checked_reader(field, pa.Array.to_pandas)


def _as_arrow(array: pa.Array) -> pd.Series:
    return pd.Series(pd.arrays.ArrowExtensionArray(array), copy=False)


def _masked(dtype: Any) -> _Reader:
    def read(array: pa.Array) -> pd.Series:
        return pd.Series(dtype.__from_arrow__(array), copy=False)

    return read


def _masked_exact(dtype: Any) -> _Reader:
    masked, made = _masked(dtype), dtype.construct_array_type()

    def read(array: pa.Array) -> pd.Series:
        if array.null_count:
            return masked(array)
        # What pandas does for nulls takes most of the time of a light function.
        values = array.to_numpy(zero_copy_only=False, writable=True)
        return pd.Series(made(values, np.zeros(len(values), bool)), copy=False)

    return read


def _without_nulls(field: pa.Field) -> _Reader:
    # numpy has no null: the values would become floats, and large integers other ones.
    def read(array: pa.Array) -> pd.Series:
        if array.null_count:
            raise UsageError(
                f"the column {field.name!r} holds nulls, but its field says that there are none: "
                f"declare it as nullable"
            )
        return _to_numpy(array)

    return read


def _to_numpy(array: pa.Array) -> pd.Series:
    # A copy that the function may write to: what the array views may be another function's input.
    return pd.Series(array.to_numpy(zero_copy_only=False, writable=True), copy=False)


def _texts(array: pa.Array) -> pd.Series:
    return pd.Series(pd.StringDtype("pyarrow").__from_arrow__(array.cast(pa.string())), copy=False)


def _objects(field: pa.Field, shown: Callable[[Any], Any]) -> _Reader:
    values_of = python_reader(field)

    def read(array: pa.Array) -> pd.Series:
        values = [None if value is None else shown(value) for value in values_of(array)]
        return pd.Series(_object_array(values), copy=False)

    return read


def _object_array(values: list[Any]) -> Any:
    made = np.empty(len(values), object)
    made[:] = values
    return made


def _is_exact(item: pa.Field) -> bool:
    """Whether numpy has a dtype for the items of lists: a null float is NaN there too."""
    integer = types.is_integer(item.type) or types.is_boolean(item.type)
    return types.is_floating(item.type) or (integer and not item.nullable)


def _shown_as(kind: pa.DataType) -> Callable[[Any], Any]:
    """Return what makes of ``as_py``'s value what pandas functions expect: of a list, an array of
    numpy.
    """
    if is_list(kind):
        item = _shown_as(kind.value_type)
        if _is_exact(kind.value_field):
            dtype = kind.value_type.to_pandas_dtype()
            return lambda values: np.array(values, dtype)
        return lambda values: _object_array([None if v is None else item(v) for v in values])
    if types.is_struct(kind):
        shown = {field.name: _shown_as(field.type) for field in kind}
        return lambda value: {
            name: None if member is None else shown[name](member) for name, member in value.items()
        }
    if types.is_map(kind):
        items = _shown_as(kind.item_type)
        return lambda pairs: [(k, None if v is None else items(v)) for k, v in pairs]
    return lambda value: value
