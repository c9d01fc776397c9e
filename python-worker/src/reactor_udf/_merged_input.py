"""The input of row-wise functions, of which several batches may come as one (P24)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pyarrow as pa

from reactor_udf._errors import ProtocolError
from reactor_udf._exchange import Exchange
from reactor_udf._frames import Borders
from reactor_udf._kinds import Source
from reactor_udf._libraries import Columns


class MergedInput(Source):
    """Gives what came as one as one; if that fails, batch by batch."""

    def __init__(self, source: Iterator[Columns], exchange: Exchange) -> None:
        super().__init__(None)
        self._source = source
        self._exchange = exchange
        self._merged: tuple[list[pa.Array], tuple[int, ...]] | None = None
        self._divided: deque[Columns] = deque()

    def __next__(self) -> Columns:
        if self._divided:
            return self._divided.popleft()
        self._merged = None
        rows, columns = next(self._source)
        borders = self._exchange.borders
        if borders is not None:
            if sum(borders) != rows:
                raise ProtocolError(f"BORDERS of {sum(borders)} rows for a batch of {rows}")
            self._merged = columns, borders
        return rows, columns

    @property
    def left(self) -> int:
        """How many batches of those that were pulled have not been given since they failed."""
        return len(self._divided)

    def answered(self, evaluation: int) -> Borders | None:
        """Return the borders of what was given last, None if it was one batch; it is answered."""
        if self._merged is None:
            return None
        _, borders = self._merged
        self._merged = None
        return Borders(evaluation, borders)

    def divide(self) -> bool:
        """Give again, batch by batch, what was given last and is not answered; return whether that
        was several.
        """
        if self._merged is None:
            return False
        columns, borders = self._merged
        self._merged = None
        start = 0
        for rows in borders:
            self._divided.append((rows, [column.slice(start, rows) for column in columns]))
            start += rows
        return True
