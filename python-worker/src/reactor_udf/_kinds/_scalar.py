"""What the scalar kinds share: one call for each batch, one result row for each row."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._kinds._stage import Binding, Columns, Stage, Unwinding


class ScalarStage(Stage):
    """Adds a column; batches of 0 rows are not shown to the function."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        (self._field,) = binding.result
        self._empty = pa.nulls(0, self._field.type)

    @abstractmethod
    def _arguments(self, columns: Sequence[pa.Array]) -> Sequence[Any]:
        """Convert the columns that the function reads."""

    @abstractmethod
    def _result(self, value: Any) -> pa.Array:
        """Convert what the function returned to the promised type."""

    def run(
        self,
        source: Iterator[Columns],
        unwinding: Unwinding,
    ) -> Generator[Columns, None, None]:
        positions = self._positions
        call, arguments, result = self._user.call, self._arguments, self._result
        for rows, columns in source:
            if not rows:
                yield 0, [*columns, self._empty]
                continue
            array = result(call(*arguments([columns[position] for position in positions])))
            if len(array) != rows:
                raise UsageError(
                    f"{self._user.spec} returned {len(array)} rows for a batch of {rows}",
                    self._user.spec,
                )
            yield rows, [*columns, array]
