"""What the scalar iterator kinds share: one call an evaluation, one result row for each row."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from reactor_udf._errors import UsageError
from reactor_udf._kinds._borders import Borders
from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._pulls import SKIP, Pulls
from reactor_udf._kinds._stage import Columns, Unwinding
from reactor_udf._user_code import END


class ScalarIteratorStage(ColumnStage):
    """Calls the function once, with an iterator over the batches."""

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        user, borders = self._user, Borders()

        def convert(batch: Columns) -> Any:
            borders.take(batch)
            rows, columns = batch
            if not rows:
                return SKIP
            values = self._arguments([columns[position] for position in self._positions])
            return tuple(values) if self._tuples else values[0]

        iterator = user.call_for_iterator(Pulls(source, convert, unwinding, user.interrupts))
        try:
            while (value := user.next(iterator)) is not END:
                borders.give(self._result(value))
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
