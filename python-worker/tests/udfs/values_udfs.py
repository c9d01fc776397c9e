"""Functions that give what a test says."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from reactor_udf import udf

__all__ = ["as_array", "as_series"]


@udf
def as_series(x: pd.Series, values: str) -> pd.Series:
    return eval(values)


@udf
def as_array(x: pa.Array, values: str) -> pa.Array:
    return eval(values)
