"""Functions of which batches are sent as one, and one of which they are not."""

import os

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(row_wise=True)
def same(x: pa.Array) -> pa.Array:
    return x


@udf(returns=pa.int64(), row_wise=True)
def plus_one(x: pa.Array) -> pa.Array:
    return pc.add(x, 1)


@udf(returns=pa.string(), row_wise=True)
def word(x: pd.Series) -> pd.Series:
    return x.astype("object")


@udf(returns=pa.int64(), row_wise=True)
def rows(x: pa.Array) -> pa.Array:
    """How many rows came together: not as promised, so as to show it."""
    return pa.array([len(x)] * len(x), pa.int64())


@udf(returns=pa.int64())
def rows_of_batch(x: pa.Array) -> pa.Array:
    return pa.array([len(x)] * len(x), pa.int64())


@udf(returns=pa.int64(), row_wise=True)
def raises(x: pa.Array, at: int) -> pa.Array:
    if at in x.to_pylist():
        raise ValueError(f"not {at}")
    return pc.add(x, 1)


@udf(returns=pa.int64(), row_wise=True)
def too_short(x: pa.Array, at: int) -> pa.Array:
    return pc.add(x[1:] if at in x.to_pylist() else x, 1)


@udf(returns=pa.int64(), row_wise=True)
def only_few(x: pa.Array, most: int) -> pa.Array:
    """Fails for no row, but for many of them."""
    if len(x) > most:
        raise MemoryError
    return pc.add(x, 1)


@udf(returns=pa.int64(), row_wise=True)
def dies_once(x: pa.Array, at: int, marker: str) -> pa.Array:
    if at in x.to_pylist() and not os.path.exists(marker):
        with open(marker, "w"):
            os._exit(3)
    return pc.add(x, 1)
