"""What the aggregates share: a function of columns to one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._stage import Binding


class Aggregate:
    """A function that gives one value for the rows that it is shown."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        (self._field,) = binding.result
        self._readers = binding.column_readers()

    def value(self, columns: list[pa.Array]) -> Any:
        """Call the function; ``columns`` are all that there are."""
        read = zip(self._readers, self._binding.read(columns), strict=True)
        return self._binding.user.call(*(reader(column) for reader, column in read))

    def column(self, values: Sequence[Any]) -> pa.Array:
        """Return the column of what the function gave."""
        return self._binding.library.write_values(values, self._field, self._binding.user.spec)


def key_columns(
    keys: Sequence[tuple[pa.Scalar, ...]], fields: Sequence[pa.Field]
) -> list[pa.Array]:
    """Return the keys of groups, at least one, as columns of ``fields``."""
    columns = zip(*keys, strict=True)
    return [pa.array(values, field.type) for values, field in zip(columns, fields, strict=True)]
