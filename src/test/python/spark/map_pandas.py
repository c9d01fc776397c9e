# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Iterator

import pandas as pd

from reactor_udf import udf


@udf(returns="id: int64, age: int64", kind="map_pandas")
def filter_func(iterator):
    for pdf in iterator:
        yield pdf[pdf.id == 1]


@udf(returns="id: int64, age: double", kind="map_pandas")
def mean_age(iterator):
    for pdf in iterator:
        yield pdf.groupby("id").mean().reset_index()


@udf(returns="id: int64, age: int64, double_age: int64", kind="map_pandas")
def double_age(iterator):
    for pdf in iterator:
        pdf["double_age"] = pdf["age"] * 2
        yield pdf


@udf(returns="id: int64, age: int64")
def filter_func_hinted(iterator: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for pdf in iterator:
        yield pdf[pdf.id == 1]
