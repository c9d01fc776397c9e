# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Any, Iterator, Tuple

import pandas as pd

from reactor_udf import udf


@udf(returns="id: int64, v: double", kind="grouped_map_pandas")
def normalize(pdf):
    v = pdf.v
    return pdf.assign(v=(v - v.mean()) / v.std())


@udf(returns="id: int64, v: double", kind="grouped_map_pandas")
def mean_func(key, pdf):
    return pd.DataFrame([key + (pdf.v.mean(),)])


@udf(returns="id: int64, ceil(v / 2): int64, v: double", kind="grouped_map_pandas")
def sum_func(key, pdf):
    return pd.DataFrame([key + (pdf.v.sum(),)])


@udf(returns="v: double")
def filter_func(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for batch in batches:
        filtered = batch[batch["v"] > 2.0]
        if not filtered.empty:
            yield filtered[["v"]]


@udf(returns="id: int64, v_doubled: double")
def transform_func(key: Tuple[Any, ...], batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for batch in batches:
        result = batch.assign(id=key[0], v_doubled=batch["v"] * 2)
        yield result[["id", "v_doubled"]]


@udf(returns="id: int64, v: double")
def subtract_mean(pdf: pd.DataFrame) -> pd.DataFrame:
    v = pdf.v
    return pdf.assign(v=v - v.mean())
