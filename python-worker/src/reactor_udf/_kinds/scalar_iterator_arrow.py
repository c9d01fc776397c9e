"""K4: ``Iterator[pa.Array] -> Iterator[pa.Array]``, and of tuples of arrays. Arrays pass as they
are.
"""

from __future__ import annotations

from reactor_udf._kinds._column_arrow import ArrowColumn
from reactor_udf._kinds._scalar_iterator import ScalarIteratorStage


class ScalarIteratorArrowStage(ArrowColumn, ScalarIteratorStage):
    """Reads arrays, or tuples of them; writes arrays of any lengths that add up."""


STAGE = ScalarIteratorArrowStage
