"""Columns as they are: null is not NaN, and floats stay bit-equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._conform import as_array, conform


class ArrowColumn(ColumnStage):
    """Reads arrays; writes an array or the chunks of one."""

    def _arguments(self, columns: Sequence[pa.Array]) -> Sequence[Any]:
        return columns

    def _result(self, value: Any) -> pa.Array:
        return conform(as_array(value, self._user.spec), self._field, self._user.spec)
