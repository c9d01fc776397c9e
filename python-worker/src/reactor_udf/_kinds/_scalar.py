"""What the scalar kinds share: one call for each batch, one result row for each row."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from reactor_udf._errors import UsageError
from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._stage import Columns, Unwinding


class ScalarStage(ColumnStage):
    """Calls the function once for each batch."""

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
