"""pyarrow: data as it is. Null is not NaN, and floats stay bit-equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._conform import as_array, conform, conform_values, type_name
from reactor_udf._errors import UsageError
from reactor_udf._libraries._library import Columns, FrameLibrary, require_names


class ArrowLibrary(FrameLibrary):
    """Arrays, record batches, tables and scalars."""

    def column_reader(self, field: pa.Field) -> Callable[[pa.Array], Any]:
        return _itself

    def frame_reader(self, fields: Sequence[pa.Field]) -> Callable[[Columns], Any]:
        schema = pa.schema(fields)
        return lambda batch: pa.RecordBatch.from_arrays(batch[1], schema=schema)

    def table_reader(self, fields: Sequence[pa.Field]) -> Callable[[Sequence[Columns]], Any]:
        schema, read = pa.schema(fields), self.frame_reader(fields)
        return lambda batches: pa.Table.from_batches([read(batch) for batch in batches], schema)

    def key(self, scalars: Sequence[pa.Scalar]) -> tuple[Any, ...]:
        return tuple(scalars)

    def column_writer(self, field: pa.Field, spec: str) -> Callable[[Any], pa.Array]:
        promised, nullable = field.type, field.nullable

        def write(value: Any) -> pa.Array:
            if nullable and isinstance(value, pa.Array) and value.type == promised:
                return value
            return conform(as_array(value, spec), field, spec)

        return write

    def write_frame(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        if not isinstance(value, pa.RecordBatch):
            raise UsageError(
                f"{spec} yielded a {type_name(value)}, "
                f"not the pyarrow.RecordBatch that it promised",
                spec,
            )
        return _columns(value, fields, spec)

    def write_table(self, value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
        if not isinstance(value, (pa.Table, pa.RecordBatch)):
            raise UsageError(
                f"{spec} gave a {type_name(value)}, not the pyarrow.Table that it promised", spec
            )
        return _columns(value, fields, spec)

    def write_values(self, values: Sequence[Any], field: pa.Field, spec: str) -> pa.Array:
        return conform_values(values, field, spec)


def _itself(array: pa.Array) -> pa.Array:
    return array


def _columns(value: Any, fields: Sequence[pa.Field], spec: str) -> Columns:
    if value.schema.names != [field.name for field in fields]:
        require_names(value.schema.names, fields, spec)
    return value.num_rows, [
        conform(as_array(value.column(field.name), spec), field, spec) for field in fields
    ]


LIBRARY = ArrowLibrary
