"""What kinds share whose functions take columns and give one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._stage import Binding, Stage


class ColumnStage(Stage):
    """Makes a column; batches of 0 rows are not shown to the function."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        (self._field,) = binding.result
        self._empty = pa.nulls(0, self._field.type)
        self._readers = binding.column_readers()
        self._write = binding.column_writer()

    def _arguments(self, columns: Sequence[pa.Array]) -> list[Any]:
        """Show the columns that the function reads."""
        return [read(column) for read, column in zip(self._readers, columns, strict=True)]

    def _element(self, columns: Sequence[pa.Array]) -> Any:
        """Show the columns as the function's iterator gives them."""
        values = self._arguments(columns)
        return tuple(values) if self._binding.tuples else values[0]
