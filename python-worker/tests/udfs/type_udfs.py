"""Functions that give back what they get, over each library."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import polars as pl
import pyarrow as pa

from reactor_udf import udf

seen: list[object] = []


@udf
def arrow(value: pa.Array) -> pa.Array:
    seen.append(value)
    return value


@udf
def numpy(value: pd.Series) -> pd.Series:
    seen.append(value)
    return value


@udf(pandas="nullable")
def nullable(value: pd.Series) -> pd.Series:
    seen.append(value)
    return value


@udf(pandas="pyarrow")
def pyarrow(value: pd.Series) -> pd.Series:
    seen.append(value)
    return value


@udf
def polars(value: pl.Series) -> pl.Series:
    seen.append(value)
    return value


@udf
def batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches
