# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Iterator, Tuple

import pandas as pd

from reactor_udf import udf


@udf(returns="int64")
def plus_one(iterator: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for s in iterator:
        yield s + 1


@udf(returns="int64")
def multiply(iterator: Iterator[Tuple[pd.Series, pd.DataFrame]]) -> Iterator[pd.Series]:
    for s1, df in iterator:
        yield s1 * df.v


@udf(returns="int64")
def multiply_two_cols(iterator: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
    for a, b in iterator:
        yield a * b
