# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Iterator, Tuple

import numpy as np
import pandas as pd

from reactor_udf import udf


@udf(returns="double")
def mean_udf(v: pd.Series) -> float:
    return v.mean()


@udf(returns="double")
def weighted_mean_udf(v: pd.Series, w: pd.Series) -> float:
    import numpy as np

    return np.average(v, weights=w)


@udf(returns="double")
def pandas_mean_iter(it: Iterator[pd.Series]) -> float:
    sum_val = 0.0
    cnt = 0
    for v in it:
        sum_val += v.sum()
        cnt += len(v)
    return sum_val / cnt


@udf(returns="double")
def pandas_weighted_mean_iter(it: Iterator[Tuple[pd.Series, pd.Series]]) -> float:
    weighted_sum = 0.0
    weight = 0.0
    for v, w in it:
        weighted_sum += np.dot(v, w)
        weight += w.sum()
    return weighted_sum / weight


@udf(returns="int32")
def min_udf(v: pd.Series) -> int:
    return v.min()


@udf(returns="int32")
def sum_udf(v: pd.Series) -> int:
    return v.sum()
