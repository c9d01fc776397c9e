"""K8: ``pd.Series... -> scalar`` and ``pa.Array... -> scalar``, one call for each group, which
gives one row with the group's key. Several are evaluated at once, over the same groups. A group is
held whole.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from reactor_udf._hints import Form
from reactor_udf._kinds._aggregate import Aggregate, key_columns
from reactor_udf._kinds._collected import clustered
from reactor_udf._kinds._groups import Group, held_whole, whole_groups
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import Binding, Stage, Unwinding
from reactor_udf._libraries import Columns, concatenated


class GroupedAggregateStage(Stage):
    """Replaces each group by its key and a value of each function."""

    def __init__(self, *bindings: Binding) -> None:
        super().__init__(bindings[0])
        self._aggregates = [Aggregate(binding) for binding in bindings]

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        binding, spec = self._binding, self._user.spec
        with held_whole(spec):
            for ended in whole_groups(clustered(source, binding), binding.keys or (), spec):
                yield self._evaluate(ended)

    def _evaluate(self, groups: list[Group[list[Columns]]]) -> Columns:
        values: list[list[Any]] = [[] for _ in self._aggregates]
        for group in groups:
            _, columns = concatenated(group.parts)
            for aggregate, given in zip(self._aggregates, values, strict=True):
                given.append(aggregate.value(columns))
        results = zip(self._aggregates, values, strict=True)
        keys = key_columns([group.key for group in groups], self._binding.key_fields)
        return len(groups), [*keys, *(aggregate.column(given) for aggregate, given in results)]


KIND = Kind(
    "grouped_aggregate",
    takes=Form.COLUMN,
    gives=Form.VALUE,
    output=Output.AGGREGATE,
    hints="(pd.Series, ...) -> float or any other value, (pa.Array, ...) -> pa.Scalar",
    stage=GroupedAggregateStage,
    grouping=Grouping.MAY,
)
