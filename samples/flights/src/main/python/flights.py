"""The two functions of the flights sample: pandas says which flights are late, Arrow by how much."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns="bool")
def late(arr_delay: pd.Series, threshold_minutes: int) -> pd.Series:
    """Whether a flight came more than so many minutes late; null for a flight that did not arrive."""
    return arr_delay > threshold_minutes


@udf(returns="int64")
def delay_minutes(late: pa.Array, arr_delay: pa.Array) -> pa.Array:
    """How many minutes late a late flight came, 0 for any other; null for a flight that did not arrive."""
    return pc.if_else(late, arr_delay.cast(pa.int64()), 0)
