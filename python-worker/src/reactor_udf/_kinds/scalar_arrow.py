"""K3: ``pa.Array... -> pa.Array``. Arrays pass as they are: null is not NaN, and floats stay
bit-equal.
"""

from __future__ import annotations

from reactor_udf._kinds._column_arrow import ArrowColumn
from reactor_udf._kinds._scalar import ScalarStage


class ScalarArrowStage(ArrowColumn, ScalarStage):
    """Reads arrays; writes an array or the chunks of one."""


STAGE = ScalarArrowStage
