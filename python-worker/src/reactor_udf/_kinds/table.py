"""K11: a class whose ``eval`` is called with the values of each row and yields rows; what
``terminate`` yields comes at the end of the stream, or of each group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sys import getsizeof
from typing import Any, Final

import pyarrow as pa

from reactor_udf._conform import type_name
from reactor_udf._errors import UsageError
from reactor_udf._hints import Form
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding
from reactor_udf._kinds._table import Results, Run, TableStage
from reactor_udf._libraries import Columns, concatenated, taken

MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 1 << 20
"""With so many rows, or bytes as Python counts them, a batch of results is due."""


class _RowResults(Results):
    """Rows; if the function is lateral, with the input's rows that they are of."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._readers = binding.column_readers()
        self._names = [field.name for field in binding.result]
        self._beside = _Beside() if binding.lateral else None
        self._rows: list[Sequence[Any]] = []
        self._bytes = 0
        self._row = 0

    def calls(self, run: Run) -> Iterator[Sequence[Any]]:
        read = self._binding.read(run.part[1])
        if self._beside is not None:
            self._beside.begin(run)
        shown = [show(column) for show, column in zip(self._readers, read, strict=True)]
        for self._row, values in enumerate(zip(*shown, strict=True), run.first):
            yield values

    def add(self, value: Any) -> Columns | None:
        row = self._values(value)
        if self._beside is not None:
            if not self._beside.add(self._row):
                return None
            self._bytes += self._beside.row_bytes
        self._rows.append(row)
        self._bytes += sum(map(getsizeof, row))
        due = len(self._rows) >= MAX_ROWS or self._bytes >= MAX_BYTES
        return self.rest() if due else None

    def rest(self) -> Columns | None:
        if not self._rows:
            return None
        rows, self._rows, self._bytes = self._rows, [], 0
        write, spec = self._binding.library.write_values, self._binding.user.spec
        columns = [
            write(values, field, spec)
            for values, field in zip(zip(*rows, strict=True), self._binding.result, strict=True)
        ]
        beside = [] if self._beside is None else self._beside.take()
        return len(rows), [*beside, *columns]

    def _values(self, value: Any) -> Sequence[Any]:
        """Return a row: a tuple, or what else stands for one. A single column's value is a row,
        unless it is a tuple.
        """
        names = self._names
        if len(names) == 1 and not isinstance(value, tuple):
            return (value,)
        if isinstance(value, dict) and value.keys() == set(names):
            return [value[name] for name in names]
        if isinstance(value, (tuple, list)) and len(value) == len(names):
            return value
        what = type_name(value)
        if isinstance(value, (tuple, list, dict)):
            what += f" of {len(value)} values"
        spec = self._binding.user.spec
        raise UsageError(
            f"{spec} yielded a {what} (for row {self._row} of the batch), not the row of "
            f"{', '.join(names)} that is promised: yield a tuple of {len(names)}",
            spec,
        )


class _Beside:
    """The input's rows beside those of results. What ``terminate`` yields is beside the last row
    that came; if none did it has no place.
    """

    def __init__(self) -> None:
        self._columns: list[pa.Array] = []
        self._first = 0
        self._rows: list[int] = []
        self._taken: list[Columns] = []
        self.row_bytes = 0

    def begin(self, run: Run) -> None:
        self._end()
        rows, self._columns = run.part
        self._first = run.first
        self.row_bytes = sum(column.nbytes for column in self._columns) // rows

    def add(self, row: int) -> bool:
        """Note a result's row; return whether there is any."""
        if self._columns:
            self._rows.append(row - self._first)
        return bool(self._columns)

    def take(self) -> list[pa.Array]:
        """Return the rows noted since the last time, each as often as it was."""
        self._end()
        taken, self._taken = self._taken, []
        return concatenated(taken)[1]

    def _end(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, []
            order = pa.array(rows, pa.int64())
            self._taken.append((len(rows), [taken(column, order) for column in self._columns]))


class RowTableStage(TableStage):
    """Calls ``eval`` for each row."""

    results = _RowResults


KIND = Kind(
    "table",
    takes=Form.VALUE,
    gives=Form.VALUE,
    output=Output.BATCH,
    hints="a class with eval(self, ...), which yields tuples",
    stage=RowTableStage,
    yields=True,
    grouping=Grouping.MAY,
    method="eval",
    lateral=True,
)
