"""What the map kinds share: one call for each evaluation, batches of any length in and out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._kinds._pulls import Pulls
from reactor_udf._kinds._stage import Columns, Stage, Unwinding
from reactor_udf._user_code import END


class MapStage(Stage):
    """Replaces all columns by those that the function yields."""

    @abstractmethod
    def _argument(self, rows: int, columns: Sequence[pa.Array]) -> Any:
        """Convert the columns that the function reads."""

    @abstractmethod
    def _result(self, value: Any) -> Columns:
        """Convert what the function yielded to the promised columns, in their order."""

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        user, positions = self._user, self._positions

        def convert(batch: Columns) -> Any:
            rows, columns = batch
            return self._argument(rows, [columns[position] for position in positions])

        iterator = user.call_for_iterator(Pulls(source, convert, unwinding, user.interrupts))
        try:
            while (value := user.next(iterator)) is not END:
                yield self._result(value)
        finally:
            user.close(iterator)
        unwinding.check()

    def _require_names(self, given: Iterable[Any]) -> None:
        """Check that a yielded batch has exactly the promised columns, in any order."""
        names = list(given)
        promised = [field.name for field in self._result_fields]
        missing = [name for name in promised if name not in names]
        extra = [name for name in names if name not in promised]
        twice = sorted({str(name) for name in names if names.count(name) > 1})
        for what, which in (
            ("without", missing),
            ("with an unpromised", extra),
            ("with two of", twice),
        ):
            if which:
                raise UsageError(
                    f"{self._user.spec} yielded a batch {what} column "
                    f"{', '.join(repr(name) for name in which)}: "
                    f"promised are {', '.join(promised)}",
                    self._user.spec,
                )
