"""K9: ``pd.Series... -> scalar`` and ``pa.Array... -> scalar``, called for the rows around each row
of a group. Results go as soon as the rows that they are of are there; what is held of a group are
the rows of the frames to come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._frames import RowsBetween
from reactor_udf._hints import Form
from reactor_udf._kinds._aggregate import Aggregate
from reactor_udf._kinds._groups import split
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding, Stage, Unwinding
from reactor_udf._libraries import Columns, concatenated


class WindowAggregateStage(Stage):
    """Adds a column of the function's values; batches come back as they were."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        assert binding.frame is not None
        self._frame = binding.frame
        self._aggregate = Aggregate(binding)

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        binding, aggregate = self._binding, self._aggregate
        waiting: deque[Columns] = deque()
        values: deque[Any] = deque()
        group = _Group(self._frame, aggregate)
        for batch, parts in split(source, binding.keys or (), self._user.spec):
            waiting.append(batch)
            for begins, part in parts:
                if begins:
                    values.extend(group.end())
                    group = _Group(self._frame, aggregate)
                values.extend(group.add(part))
            yield from self._complete(waiting, values)
        values.extend(group.end())
        yield from self._complete(waiting, values)

    def _complete(self, waiting: deque[Columns], values: deque[Any]) -> Iterator[Columns]:
        """Give each batch all of whose rows have their value."""
        while waiting and waiting[0][0] <= len(values):
            rows, columns = waiting.popleft()
            result = self._aggregate.column([values.popleft() for _ in range(rows)])
            yield rows, [*columns, result]


class _Group:
    """The rows of a group that frames to come may have; rows are counted from the group's first."""

    def __init__(self, frame: RowsBetween, aggregate: Aggregate) -> None:
        self._start, self._end = frame
        self._aggregate = aggregate
        self._parts: list[Columns] = []
        self._first = 0
        self._rows = 0
        self._next = 0

    def add(self, part: Columns) -> list[Any]:
        """Return the values of the rows whose frames are complete with this part."""
        self._parts.append(part)
        self._rows += part[0]
        return [] if self._end is None else self._values(self._rows - max(self._end, 0))

    def end(self) -> list[Any]:
        """Return the values of the rows that are left: the group has no more."""
        return self._values(self._rows)

    def _values(self, until: int) -> list[Any]:
        if until <= self._next:
            return []
        rows, columns = concatenated(self._parts)
        values: list[Any] = []
        called: tuple[int, int] | None = None
        for row in range(self._next, until):
            frame = self._frame_of(row)
            if frame != called:
                value = self._value(columns, *frame)
                called = frame
            values.append(value)
        self._next = until
        self._drop(rows, columns)
        return values

    def _frame_of(self, row: int) -> tuple[int, int]:
        """Return the first row of the frame, and the one behind its last: the same if it has
        none.
        """
        start = 0 if self._start is None else min(max(row + self._start, 0), self._rows)
        end = self._rows if self._end is None else min(row + self._end + 1, self._rows)
        return start, max(start, end)

    def _value(self, columns: Sequence[pa.Array], start: int, end: int) -> Any:
        return self._aggregate.value([c.slice(start - self._first, end - start) for c in columns])

    def _drop(self, rows: int, columns: list[pa.Array]) -> None:
        """Keep the rows from the next frame's first on."""
        start, _ = self._frame_of(self._next)
        passed = start - self._first
        self._parts = [(rows - passed, [column.slice(passed) for column in columns])]
        self._first = start


KIND = Kind(
    "window_aggregate",
    takes=Form.COLUMN,
    gives=Form.VALUE,
    output=Output.COLUMN,
    hints="(pd.Series, ...) -> float or any other value, (pa.Array, ...) -> pa.Scalar, with a row "
    "frame",
    stage=WindowAggregateStage,
    grouping=Grouping.MAY,
    framed=True,
)
