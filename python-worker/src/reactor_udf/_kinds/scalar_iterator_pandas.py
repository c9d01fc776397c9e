"""K2: ``Iterator[pd.Series] -> Iterator[pd.Series]``, and of tuples of Series.

Dtypes come from the schema; NaN and NA in a result become null. What stands before the function's
loop runs once for each evaluation.
"""

from __future__ import annotations

from reactor_udf._kinds._column_pandas import PandasColumn
from reactor_udf._kinds._scalar_iterator import ScalarIteratorStage


class ScalarIteratorPandasStage(PandasColumn, ScalarIteratorStage):
    """Reads Series, or tuples of them; writes Series of any lengths that add up."""


STAGE = ScalarIteratorPandasStage
