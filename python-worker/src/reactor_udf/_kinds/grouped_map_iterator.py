"""K7: ``Iterator[pd.DataFrame] -> Iterator[pd.DataFrame]`` and ``Iterator[pa.RecordBatch] ->
Iterator[pa.RecordBatch]``, one call for each group; the key may come first. A group is read as it
arrives: what the function leaves of it is read past.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from reactor_udf._hints import Form
from reactor_udf._kinds._collected import clustered
from reactor_udf._kinds._groups import lazy_groups
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Unwinding
from reactor_udf._kinds.map import MapStage
from reactor_udf._libraries import Columns


class GroupedMapIteratorStage(MapStage):
    """Replaces each group's rows by those that the function yields."""

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        binding, spec = self._binding, self._user.spec
        for group in lazy_groups(clustered(source, binding), binding.keys or (), spec):
            key = binding.key_arguments(group.key)
            yield from self._evaluate(group.parts, unwinding, *key)


KIND = Kind(
    "grouped_map_iterator",
    takes=Form.FRAME,
    gives=Form.FRAME,
    output=Output.BATCH,
    hints="Iterator[pd.DataFrame] -> Iterator[pd.DataFrame] or (key, Iterator[pd.DataFrame]) -> "
    "Iterator[pd.DataFrame] with groups (or of pa.RecordBatch)",
    stage=GroupedMapIteratorStage,
    iterates=True,
    yields=True,
    grouping=Grouping.MUST,
    takes_key=True,
    family="grouped_map",
)
