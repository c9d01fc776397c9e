"""K5: a plain function, called with the values of each row: Python's own, or ``pa.Scalar``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._errors import FunctionRaised, Unconvertible
from reactor_udf._hints import Form
from reactor_udf._kinds._kind import Kind, Output
from reactor_udf._kinds._row_wise import Failed, require_of_a_row
from reactor_udf._kinds.scalar import ScalarStage


class RowsStage(ScalarStage):
    """Calls the function for each row of a batch."""

    def evaluate(self, rows: int, read: Sequence[pa.Array]) -> pa.Array:
        values: list[Any] = []
        self._extend(values, self._user.each(*self._arguments(read)), rows)
        return self._written(values)

    def evaluate_each(self, rows: int, read: Sequence[pa.Array], failed: Failed) -> pa.Array:
        values: list[Any] = []
        results = self._user.each(*self._arguments(read))
        while (failure := self._failure(values, results, rows)) is not None:
            require_of_a_row(failure)
            failed(len(values), failure)
            values.append(None)
        return self._converted(values, failed)

    def _failure(
        self, values: list[Any], results: Iterator[Any], rows: int
    ) -> FunctionRaised | None:
        """Go on with the rows, up to the end or one that fails."""
        try:
            self._extend(values, results, rows)
        except FunctionRaised as failure:
            return failure
        return None

    def _extend(self, values: list[Any], results: Iterator[Any], rows: int) -> None:
        self._user.extend(values, results)
        if len(values) < rows:
            # What ends an iterator does not come out of it.
            raise FunctionRaised(StopIteration(), self.spec)

    def _converted(self, values: list[Any], failed: Failed) -> pa.Array:
        try:
            return self._written(values)
        except Unconvertible:
            for row, value in enumerate(values):
                if (failure := self._unconvertible(value)) is not None:
                    failed(row, failure)
                    values[row] = None
        return self._written(values)

    def _unconvertible(self, value: Any) -> Unconvertible | None:
        try:
            self._written([value])
        except Unconvertible as failure:
            return failure
        return None

    def _written(self, values: list[Any]) -> pa.Array:
        return self._binding.library.write_values(values, self._field, self.spec)


KIND = Kind(
    "rows",
    takes=Form.VALUE,
    gives=Form.VALUE,
    output=Output.COLUMN,
    hints="(int, str, ...) -> float, (pa.Scalar, ...) -> pa.Scalar",
    stage=RowsStage,
    batchwise=True,
    row_wise=True,
)
