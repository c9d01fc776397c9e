"""K13, of rows: a plain ``async def``, called with the values of each row; several rows are awaited
at once, and results keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._hints import Form
from reactor_udf._kinds._asynchronous import AsyncStage
from reactor_udf._kinds._kind import Kind, Output
from reactor_udf._libraries import Columns


class RowsAsyncStage(AsyncStage):
    """Awaits the function for each row."""

    def calls(self, batch: Columns) -> tuple[int, Iterator[Sequence[Any]]]:
        rows, columns = batch
        return rows, zip(*self._arguments(self._binding.read(columns)), strict=True)

    def column(self, rows: int, results: list[Any]) -> pa.Array:
        return self._binding.library.write_values(results, self._field, self._user.spec)


KIND = Kind(
    "rows_async",
    takes=Form.VALUE,
    gives=Form.VALUE,
    output=Output.COLUMN,
    hints="async (int, str, ...) -> float, async (pa.Scalar, ...) -> pa.Scalar",
    stage=RowsAsyncStage,
    asynchronous=True,
    family="rows",
)
