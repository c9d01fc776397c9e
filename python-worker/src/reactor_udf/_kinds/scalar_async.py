"""K13: ``async def`` with ``pd.Series... -> pd.Series`` or ``pa.Array... -> pa.Array``: several
batches are awaited at once, and results keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._hints import Form
from reactor_udf._kinds._asynchronous import AsyncStage
from reactor_udf._kinds._kind import Kind, Output
from reactor_udf._libraries import Columns


class ScalarAsyncStage(AsyncStage):
    """Awaits the function once for each batch."""

    def calls(self, batch: Columns) -> tuple[int, Iterator[Sequence[Any]]]:
        return 1, iter([self._arguments(self._binding.read(batch[1]))])

    def column(self, rows: int, results: list[Any]) -> pa.Array:
        spec = self._user.spec
        array = self._write(results[0])
        if len(array) != rows:
            raise UsageError(f"{spec} returned {len(array)} rows for a batch of {rows}", spec)
        return array


KIND = Kind(
    "scalar_async",
    takes=Form.COLUMN,
    gives=Form.COLUMN,
    output=Output.COLUMN,
    hints="async (pd.Series, ...) -> pd.Series, async (pa.Array, ...) -> pa.Array",
    stage=ScalarAsyncStage,
    asynchronous=True,
    family="scalar",
)
