"""K2 and K4: ``Iterator[pd.Series] -> Iterator[pd.Series]``, and of tuples of Series, and the same
with ``pa.Array``: one call an evaluation, one result row for each row. What stands before the
function's loop runs once for each evaluation.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from reactor_udf._errors import UsageError
from reactor_udf._hints import Form
from reactor_udf._kinds._borders import Borders
from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._kind import Kind, Output
from reactor_udf._kinds._pulls import SKIP, Pulls
from reactor_udf._kinds._stage import Unwinding
from reactor_udf._libraries import Columns
from reactor_udf._user_code import END


class ScalarIteratorStage(ColumnStage):
    """Calls the function once, with an iterator over the batches."""

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        user, borders, binding = self._user, Borders(), self._binding

        def convert(batch: Columns) -> Any:
            borders.take(batch)
            rows, columns = batch
            if not rows:
                return SKIP
            return self._element(binding.read(columns))

        iterator = user.call_for_iterator(Pulls(source, convert, unwinding, user.interrupts))
        try:
            while (value := user.next(iterator)) is not END:
                borders.give(self._write(value))
                if borders.given > borders.taken:
                    raise self._wrong_length(borders)
                yield from self._joined(borders)
        finally:
            user.close(iterator)
        unwinding.check()
        if borders.given != borders.taken:
            raise self._wrong_length(borders)
        yield from self._joined(borders)
        for rows, columns in source:
            if rows:
                raise UsageError(
                    f"{user.spec} stopped after {borders.given} rows, but its input goes on: "
                    f"a scalar iterator function reads all of it",
                    user.spec,
                )
            yield 0, [*columns, self._empty]

    def _joined(self, borders: Borders) -> Iterator[Columns]:
        for (rows, columns), result in borders.complete():
            yield rows, [*columns, self._empty if result is None else result]

    def _wrong_length(self, borders: Borders) -> UsageError:
        return UsageError(
            f"{self._user.spec} yielded {borders.given} rows "
            f"for the {borders.taken} rows that it read",
            self._user.spec,
        )


KIND = Kind(
    "scalar_iterator",
    takes=Form.COLUMN,
    gives=Form.COLUMN,
    output=Output.COLUMN,
    hints="Iterator[pd.Series] -> Iterator[pd.Series], Iterator[pa.Array] -> Iterator[pa.Array], "
    "Iterator[tuple[pd.Series, ...]] -> Iterator[pd.Series] (or of pa.Array)",
    stage=ScalarIteratorStage,
    iterates=True,
    yields=True,
)
