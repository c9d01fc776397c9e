"""Evaluates row-wise functions so that a row that fails costs its own result alone (P20)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from reactor_udf._errors import FunctionRaised, Unconvertible, UsageError
from reactor_udf._failures import chain
from reactor_udf._libraries import Columns
from reactor_udf._row_reports import RowReports

Failure = FunctionRaised | Unconvertible
Failed = Callable[[int, Failure], None]
"""Told of a row of the batch, and of what it failed of."""


class RowWiseStage(Protocol):
    """A stage whose rows can fail on their own."""

    @property
    def spec(self) -> str:
        """The function, as the JVM names it."""
        ...

    def nulls(self, rows: int) -> pa.Array:
        """Return a result of nulls."""
        ...

    @property
    def read(self) -> Callable[[list[pa.Array]], list[pa.Array]]:
        """Returns those of the columns before it that the function reads."""
        ...

    def evaluate(self, rows: int, read: Sequence[pa.Array]) -> pa.Array:
        """Call the function with ``rows`` rows, at least one, of the columns that it reads."""
        ...

    def evaluate_each(self, rows: int, read: Sequence[pa.Array], failed: Failed) -> pa.Array:
        """Do the same, but give null for each row that fails, and tell ``failed``."""
        ...


class RowWise:
    """Runs the row-wise stages of one evaluation; ``reports``, if any, are told what rows
    failed.
    """

    def __init__(self, reports: RowReports | None) -> None:
        self._reports = reports

    def run(self, stage: RowWiseStage, source: Iterator[Columns]) -> Generator[Columns, None, None]:
        """Evaluate over ``source``; the result of a row that fails is null, as later stages see."""

        def failed(row: int, failure: Failure) -> None:
            if self._reports is not None:
                self._reports.add(row, failure, stage.spec)

        for rows, columns in source:
            read = stage.read(columns)
            result = stage.evaluate_each(rows, read, failed) if rows else stage.nulls(0)
            yield rows, [*columns, result]


def bisected(stage: RowWiseStage, rows: int, read: Sequence[pa.Array], failed: Failed) -> pa.Array:
    """Evaluate a batch of which only a part may fail, down to single rows: n rows of which k fail
    cost at most 2n - 1 calls, and about 2k log2(n / k) where k is small.
    """
    parts: list[pa.Array] = []
    waiting = [(0, rows)]
    while waiting:
        start, length = waiting.pop()
        part = read if length == rows else [column.slice(start, length) for column in read]
        try:
            parts.append(stage.evaluate(length, part))
        except (FunctionRaised, Unconvertible) as failure:
            require_of_a_row(failure)
            if length > 1:
                half = length // 2
                waiting += [(start + half, length - half), (start, half)]
            else:
                failed(start, failure)
                parts.append(stage.nulls(1))
    return parts[0] if len(parts) == 1 else _together(parts, stage.spec)


def require_of_a_row(failure: Failure) -> None:
    """Raise it again if other rows can't do better: if Python is told to end, or has no memory."""
    if isinstance(failure, FunctionRaised):
        out_of_memory = any(isinstance(error, MemoryError) for error in chain(failure.error))
        if out_of_memory or not isinstance(failure.error, Exception):
            raise failure


def _together(parts: list[pa.Array], spec: str) -> pa.Array:
    try:
        return pa.concat_arrays(parts)
    except pa.ArrowException as error:
        raise UsageError(f"the results of {spec} do not fit one column: {error}", spec) from None
