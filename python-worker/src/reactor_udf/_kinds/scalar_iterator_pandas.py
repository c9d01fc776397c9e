"""K2: ``Iterator[pd.Series] -> Iterator[pd.Series]``, and of tuples of Series.

Dtypes come from the schema; NaN and NA in a result become null. What stands before the function's
loop runs once for each evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._pandas import series_reader, write_series
from reactor_udf._kinds._scalar_iterator import ScalarIteratorStage
from reactor_udf._kinds._stage import Binding


class ScalarIteratorPandasStage(ScalarIteratorStage):
    """Reads Series, or tuples of them; writes Series of any lengths that add up."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self._readers = [series_reader(field) for field in binding.fields]

    def _arguments(self, columns: Sequence[pa.Array]) -> Sequence[Any]:
        return [read(column) for read, column in zip(self._readers, columns, strict=True)]

    def _result(self, value: Any) -> pa.Array:
        return write_series(value, self._field, self._user.spec)


STAGE = ScalarIteratorPandasStage
