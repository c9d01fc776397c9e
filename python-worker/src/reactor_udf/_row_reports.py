"""What the JVM is told of rows that failed, within bounds (P20)."""

from __future__ import annotations

from typing import Final

from reactor_udf._errors import FunctionRaised, Unconvertible
from reactor_udf._failures import cut, describe
from reactor_udf._frames import RowError, RowErrors

_MAX_TRACEBACK: Final = 4 << 10
_MAX_MESSAGE: Final = 1 << 10
_MAX_TRACEBACKS: Final = 4 << 20
# No row's JSON has more than 128 KiB, and a frame's not more than 16 MiB.
_ROWS_PER_FRAME: Final = 64


class RowReports:
    """The failed rows of the current batch, each with what it failed of first.

    A traceback keeps 4 Ki characters of its two ends, a message 1 Ki; when a batch's tracebacks
    come to 4 Mi characters, further rows have none.
    """

    def __init__(self) -> None:
        self._failed: dict[int, RowError] = {}
        self._left = _MAX_TRACEBACKS

    def add(self, row: int, failure: FunctionRaised | Unconvertible, function: str) -> None:
        """Note that ``row`` failed, unless an earlier stage's failure of it is noted."""
        if row not in self._failed:
            self._failed[row] = self._report(row, failure, function)

    def take(self, evaluation: int) -> list[RowErrors]:
        """Return the frames that go before the current batch, and begin the next one."""
        rows = [self._failed[row] for row in sorted(self._failed)]
        self._failed.clear()
        self._left = _MAX_TRACEBACKS
        return [
            RowErrors(evaluation, tuple(rows[start : start + _ROWS_PER_FRAME]))
            for start in range(0, len(rows), _ROWS_PER_FRAME)
        ]

    def _report(self, row: int, failure: FunctionRaised | Unconvertible, function: str) -> RowError:
        if isinstance(failure, Unconvertible):
            return RowError(row, None, cut(failure.message, _MAX_MESSAGE), "", function)
        raised = describe(failure.error, with_traceback=self._left > 0)
        traceback = cut(raised.traceback, _MAX_TRACEBACK)
        self._left -= len(traceback)
        return RowError(
            row,
            cut(raised.type, _MAX_MESSAGE),
            cut(raised.message, _MAX_MESSAGE),
            traceback,
            function,
        )
