"""K8: ``Iterator[pd.Series] -> scalar``, and of tuples of Series, and the same with ``pa.Array``:
one call for each group, which gives one row with the group's key. A group is read as it arrives:
what the function leaves of it is read past.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pyarrow as pa

from reactor_udf._hints import Form
from reactor_udf._kinds._aggregate import key_columns
from reactor_udf._kinds._collected import clustered
from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._groups import Group, lazy_groups
from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._pulls import Pulls
from reactor_udf._kinds._stage import Unwinding
from reactor_udf._libraries import Columns


class GroupedAggregateIteratorStage(ColumnStage):
    """Replaces each group by its key and the function's value."""

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        binding, spec = self._binding, self._user.spec
        keys: list[tuple[pa.Scalar, ...]] = []
        values: list[Any] = []
        for group in lazy_groups(clustered(source, binding), binding.keys or (), spec):
            if group.may_go_on and keys:
                # What is known goes before another batch may have to be waited for.
                yield self._rows(keys, values)
                keys, values = [], []
            values.append(self._value(group, unwinding))
            keys.append(group.key)
        if keys:
            yield self._rows(keys, values)

    def _value(self, group: Group[Iterator[Columns]], unwinding: Unwinding) -> Any:
        pulls = Pulls(group.parts, self._convert, unwinding, self._user.interrupts)
        value = self._user.call(pulls)
        pulls.end()
        unwinding.check()
        return value

    def _convert(self, part: Columns) -> Any:
        return self._element(self._binding.read(part[1]))

    def _rows(self, keys: list[tuple[pa.Scalar, ...]], values: list[Any]) -> Columns:
        binding = self._binding
        result = binding.library.write_values(values, self._field, self._user.spec)
        return len(keys), [*key_columns(keys, binding.key_fields), result]


KIND = Kind(
    "grouped_aggregate_iterator",
    takes=Form.COLUMN,
    gives=Form.VALUE,
    output=Output.AGGREGATE,
    hints="Iterator[pd.Series] -> float or any other value, "
    "Iterator[tuple[pd.Series, ...]] -> float (or of pa.Array)",
    stage=GroupedAggregateIteratorStage,
    iterates=True,
    grouping=Grouping.MAY,
    family="grouped_aggregate",
)
