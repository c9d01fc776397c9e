"""What the row-aligned kinds share: a function of columns to one more column."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._stage import Binding, Stage


class ColumnStage(Stage):
    """Adds a column; batches of 0 rows are not shown to the function.

    How the function is called and what it sees are independent of each other: a kind takes the one
    from ``ScalarStage`` or ``ScalarIteratorStage``, the other from ``ArrowColumn`` or
    ``PandasColumn``.
    """

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        (self._field,) = binding.result
        self._empty = pa.nulls(0, self._field.type)

    @abstractmethod
    def _arguments(self, columns: Sequence[pa.Array]) -> Sequence[Any]:
        """Convert the columns that the function reads."""

    @abstractmethod
    def _result(self, value: Any) -> pa.Array:
        """Convert what the function gave to the promised type."""
