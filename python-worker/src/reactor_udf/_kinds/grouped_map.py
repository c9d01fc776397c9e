"""K7: ``pd.DataFrame -> pd.DataFrame`` and ``pa.Table -> pa.Table``, one call for each group; the
key may come first. A group is held whole.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from reactor_udf._hints import Form
from reactor_udf._kinds._collected import clustered
from reactor_udf._kinds._groups import Group, held_whole, whole_groups
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding, Stage, Unwinding
from reactor_udf._libraries import Columns, concatenated


class GroupedMapStage(Stage):
    """Replaces each group's rows by those that the function returns."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._read = binding.frames.table_reader(binding.fields)

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        binding, spec = self._binding, self._user.spec
        with held_whole(spec):
            for ended in whole_groups(clustered(source, binding), binding.keys or (), spec):
                yield concatenated([self._evaluate(group) for group in ended])

    def _evaluate(self, group: Group[list[Columns]]) -> Columns:
        binding = self._binding
        table = self._read([(rows, binding.read(part)) for rows, part in group.parts])
        value = self._user.call(*binding.key_arguments(group.key), table)
        return binding.frames.write_table(value, binding.result, self._user.spec)


KIND = Kind(
    "grouped_map",
    takes=Form.TABLE,
    gives=Form.TABLE,
    output=Output.BATCH,
    hints="pd.DataFrame -> pd.DataFrame, pa.Table -> pa.Table, (key, pd.DataFrame) -> pd.DataFrame",
    stage=GroupedMapStage,
    grouping=Grouping.MUST,
    takes_key=True,
)
