"""K6: ``Iterator[pa.RecordBatch] -> Iterator[pa.RecordBatch]``. Columns are promised by name, in
any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._kinds._conform import conform, type_name
from reactor_udf._kinds._map import MapStage
from reactor_udf._kinds._stage import Binding, Columns


class MapArrowStage(MapStage):
    """Reads record batches; writes record batches."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._schema = pa.schema(binding.fields)
        self._promised = pa.schema(binding.result)

    def _argument(self, rows: int, columns: Sequence[pa.Array]) -> Any:
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)

    def _result(self, value: Any) -> Columns:
        spec = self._user.spec
        if not isinstance(value, pa.RecordBatch):
            raise UsageError(
                f"{spec} yielded a {type_name(value)}, "
                f"not the pyarrow.RecordBatch that it promised",
                spec,
            )
        columns = value.columns
        if value.schema != self._promised:
            self._require_names(value.schema.names)
            columns = [value.column(field.name) for field in self._result_fields]
        return value.num_rows, [
            conform(column, field, spec)
            for column, field in zip(columns, self._result_fields, strict=True)
        ]


STAGE = MapArrowStage
