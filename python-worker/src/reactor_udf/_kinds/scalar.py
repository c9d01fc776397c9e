"""K1 and K3: ``pd.Series... -> pd.Series``, ``pa.Array... -> pa.Array``: one call for each batch,
one result row for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._hints import Form
from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._kind import Kind, Output
from reactor_udf._kinds._row_wise import Failed, bisected
from reactor_udf._kinds._stage import Unwinding
from reactor_udf._libraries import Columns


class ScalarStage(ColumnStage):
    """Calls the function once for each batch."""

    def run(
        self,
        source: Iterator[Columns],
        unwinding: Unwinding,
    ) -> Generator[Columns, None, None]:
        read = self.read
        for rows, columns in source:
            result = self.evaluate(rows, read(columns)) if rows else self._empty
            yield rows, [*columns, result]
            del columns, result  # Nothing is kept while the next batch is waited for.

    @property
    def spec(self) -> str:
        """The function, as the JVM names it."""
        return self._user.spec

    def nulls(self, rows: int) -> pa.Array:
        """Return a result of nulls."""
        return pa.nulls(rows, self._field.type)

    @property
    def read(self) -> Callable[[list[pa.Array]], list[pa.Array]]:
        """Returns those of the columns before it that the function reads."""
        return self._binding.read

    def evaluate(self, rows: int, read: Sequence[pa.Array]) -> pa.Array:
        """Call the function with ``rows`` rows, at least one, of the columns that it reads."""
        array = self._write(self._user.call(*self._arguments(read)))
        if len(array) != rows:
            raise UsageError(
                f"{self.spec} returned {len(array)} rows for a batch of {rows}", self.spec
            )
        return array

    def evaluate_each(self, rows: int, read: Sequence[pa.Array], failed: Failed) -> pa.Array:
        """Do the same, but give null for each row that fails, and tell ``failed``."""
        return bisected(self, rows, read, failed)


KIND = Kind(
    "scalar",
    takes=Form.COLUMN,
    gives=Form.COLUMN,
    output=Output.COLUMN,
    hints="(pd.Series, ...) -> pd.Series, (pa.Array, ...) -> pa.Array",
    stage=ScalarStage,
    batchwise=True,
)
