"""K11, of batches: a class whose ``eval`` is called with each batch and yields tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reactor_udf._hints import Form
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding
from reactor_udf._kinds._table import Run, TableStage
from reactor_udf._kinds.table_columns import TableResults


class _BatchResults(TableResults):
    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._read = binding.frames.frame_reader(binding.fields)

    def calls(self, run: Run) -> Iterator[Sequence[Any]]:
        rows, columns = run.part
        yield [self._read((rows, self._binding.read(columns)))]


class BatchTableStage(TableStage):
    """Calls ``eval`` for each batch, or for the rows of a group in it."""

    results = _BatchResults


KIND = Kind(
    "table_batches",
    takes=Form.FRAME,
    gives=Form.TABLE,
    output=Output.BATCH,
    hints="a class with eval(self, pa.RecordBatch), which yields pa.Table",
    stage=BatchTableStage,
    yields=True,
    grouping=Grouping.MAY,
    method="eval",
    family="table",
)
