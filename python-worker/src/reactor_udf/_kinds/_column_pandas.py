"""Columns as Series: dtypes come from the schema; NaN and NA in a result become null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._pandas import series_reader, write_series
from reactor_udf._kinds._stage import Binding


class PandasColumn(ColumnStage):
    """Reads Series; writes a Series."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._readers = [series_reader(field) for field in binding.fields]

    def _arguments(self, columns: Sequence[pa.Array]) -> Sequence[Any]:
        return [read(column) for read, column in zip(self._readers, columns, strict=True)]

    def _result(self, value: Any) -> pa.Array:
        return write_series(value, self._field, self._user.spec)
