"""The functions that the runner's tests evaluate."""

import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns="int64")
def doubled(value: pa.Array) -> pa.Array:
    return pc.multiply(value, 2)


@udf(returns="float64")
def scaled(value: pd.Series, factor: float = 1.0, label: str = "") -> pd.Series:
    if label not in ("", "1e", "JFK"):
        raise ValueError(f"unexpected label {label!r}")
    return value.astype("float64") * factor


@udf(returns="id: int64, text: string")
def even(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        kept = batch.filter(pc.equal(pc.bit_wise_and(batch["id"], 1), 0))
        yield pa.RecordBatch.from_arrays(
            [kept["id"], pc.cast(kept["id"], pa.string())], names=["id", "text"]
        )


@udf(returns="int64")
def raises(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for number, value in enumerate(values):
        if number == 7:
            raise ValueError("no more after seven")
        yield value


@udf(returns="string")
def lies(value: pa.Array) -> pa.Array:
    return value


def untyped(value: pa.Array) -> pa.Array:
    return value


@udf(returns="int64")
def stuck(value: pa.Array, started: str) -> pa.Array:
    """Says that it runs by creating a file, and then does not end by itself."""
    Path(started).touch()
    while True:
        time.sleep(60)


@udf(returns="float64")
def same_float(value: pa.Array) -> pa.Array:
    return value


@udf(returns="string")
def same_text(value: pa.Array) -> pa.Array:
    return value.cast(pa.string())
