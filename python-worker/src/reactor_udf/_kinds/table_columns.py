"""K11, of columns: a class whose ``eval`` is called with the columns of each batch and yields
tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reactor_udf._hints import Form
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding
from reactor_udf._kinds._table import Results, Run, TableStage
from reactor_udf._libraries import Columns


class TableResults(Results):
    """Tables, each of which goes out as a batch if it has rows."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._readers = binding.column_readers()

    def calls(self, run: Run) -> Iterator[Sequence[Any]]:
        read = self._binding.read(run.part[1])
        yield [show(column) for show, column in zip(self._readers, read, strict=True)]

    def add(self, value: Any) -> Columns | None:
        binding = self._binding
        table = binding.frames.write_table(value, binding.result, binding.user.spec)
        return table if table[0] else None


class ColumnTableStage(TableStage):
    """Calls ``eval`` for each batch, or for the rows of a group in it."""

    results = TableResults


KIND = Kind(
    "table_columns",
    takes=Form.COLUMN,
    gives=Form.TABLE,
    output=Output.BATCH,
    hints="a class with eval(self, pa.Array, ...), which yields pa.Table",
    stage=ColumnTableStage,
    yields=True,
    grouping=Grouping.MAY,
    method="eval",
    family="table",
)
