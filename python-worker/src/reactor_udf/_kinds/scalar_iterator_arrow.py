"""K4: ``Iterator[pa.Array] -> Iterator[pa.Array]``, and of tuples of arrays. Arrays pass as they
are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._kinds._conform import as_array, conform
from reactor_udf._kinds._scalar_iterator import ScalarIteratorStage


class ScalarIteratorArrowStage(ScalarIteratorStage):
    """Reads arrays, or tuples of them; writes arrays of any lengths that add up."""

    def _arguments(self, columns: Sequence[pa.Array]) -> Sequence[Any]:
        return columns

    def _result(self, value: Any) -> pa.Array:
        return conform(as_array(value, self._user.spec), self._field, self._user.spec)


STAGE = ScalarIteratorArrowStage
