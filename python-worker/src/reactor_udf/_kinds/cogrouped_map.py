"""K10: ``(pd.DataFrame, pd.DataFrame) -> pd.DataFrame`` and ``(pa.Table, pa.Table) -> pa.Table``,
one call for each key of either input, with the rows of both; the key may come first. Both inputs
are sorted by the key, or collected.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._hints import Form
from reactor_udf._kinds._cogroups import Cogroup, cogroups
from reactor_udf._kinds._collected import ascending
from reactor_udf._kinds._groups import ascending_groups, held_whole
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding, Source, Stage, Unwinding
from reactor_udf._libraries import Columns, concatenated


class CogroupedMapStage(Stage):
    """Replaces the rows of each key, on both sides, by those that the function returns."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        assert binding.right is not None
        self._right_keys = binding.right.keys
        self._read_left = self._reader(binding.fields)
        self._read_right = self._reader(binding.right.fields)

    def _reader(self, fields: Sequence[pa.Field]) -> Callable[[Sequence[Columns]], Any]:
        read = self._binding.frames.table_reader(fields)
        empty = pa.RecordBatch.from_pylist([], schema=pa.schema(fields))
        return lambda parts: read(parts or [(0, empty.columns)])

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        assert isinstance(source, Source)
        assert source.right is not None
        left = self._groups(source, self._binding.keys or (), "left")
        right = self._groups(source.right, self._right_keys, "right")
        with held_whole(self._user.spec):
            for known in cogroups(left, right):
                yield concatenated([self._evaluate(cogroup) for cogroup in known])

    def _groups(self, source: Iterator[Columns], keys: Sequence[int], side: str) -> Any:
        ordered = ascending(source, keys, self._binding)
        return ascending_groups(ordered, keys, self._user.spec, side)

    def _evaluate(self, cogroup: Cogroup) -> Columns:
        binding = self._binding
        left, right = self._read_left(cogroup.left), self._read_right(cogroup.right)
        value = self._user.call(*binding.key_arguments(cogroup.key), left, right)
        return binding.frames.write_table(value, binding.result, self._user.spec)


KIND = Kind(
    "cogrouped_map",
    takes=Form.TABLE,
    gives=Form.TABLE,
    output=Output.BATCH,
    hints="(pd.DataFrame, pd.DataFrame) -> pd.DataFrame, (pa.Table, pa.Table) -> pa.Table",
    stage=CogroupedMapStage,
    grouping=Grouping.MUST,
    inputs=2,
    takes_key=True,
)
