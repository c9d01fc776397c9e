"""Gives results the borders of the input, whatever batches a function yields (P17)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pyarrow as pa

from reactor_udf._libraries import Columns


class Borders:
    """Input batches that wait for result rows, and result rows that wait for a whole batch."""

    def __init__(self) -> None:
        self._batches: deque[Columns] = deque()
        self._results: deque[pa.Array] = deque()
        self._waiting_rows = 0
        self.taken = 0
        self.given = 0

    def take(self, columns: Columns) -> None:
        """Note an input batch, in order."""
        self._batches.append(columns)
        self.taken += columns[0]

    def give(self, result: pa.Array) -> None:
        """Note result rows, in order."""
        rows = len(result)
        self.given += rows
        self._waiting_rows += rows
        if rows:
            self._results.append(result)

    def complete(self) -> Iterator[tuple[Columns, pa.Array | None]]:
        """Give each input batch whose result is complete, with the result; None for a batch of 0
        rows.
        """
        while self._batches and self._batches[0][0] <= self._waiting_rows:
            columns = self._batches.popleft()
            rows = columns[0]
            self._waiting_rows -= rows
            yield columns, self._cut(rows) if rows else None

    def _cut(self, rows: int) -> pa.Array:
        parts = []
        while rows:
            first = self._results.popleft()
            if len(first) > rows:
                self._results.appendleft(first.slice(rows))
                first = first.slice(0, rows)
            parts.append(first)
            rows -= len(first)
        return parts[0] if len(parts) == 1 else pa.concat_arrays(parts)
