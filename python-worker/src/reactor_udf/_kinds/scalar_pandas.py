"""K1: ``pd.Series... -> pd.Series``. Dtypes come from the schema; NaN and NA in a result become
null.
"""

from __future__ import annotations

from reactor_udf._kinds._column_pandas import PandasColumn
from reactor_udf._kinds._scalar import ScalarStage


class ScalarPandasStage(PandasColumn, ScalarStage):
    """Reads Series; writes a Series."""


STAGE = ScalarPandasStage
