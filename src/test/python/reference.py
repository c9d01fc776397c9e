"""The functions of the reference's own tests."""

import os
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from latches import tell, wait

from reactor_udf import udf


@udf(returns=pa.int64())
def double(x: pd.Series) -> pd.Series:
    return x * 2


@udf(returns=pa.int64())
def add(x: pa.Array, y: pa.Array) -> pa.Array:
    return pc.add(x, y)


@udf(returns=pa.string())
def shout(name: pd.Series) -> pd.Series:
    return name.str.upper() + "!"


@udf(returns=pa.int64())
def length(name: pa.Array) -> pa.Array:
    return pc.cast(pc.utf8_length(name), pa.int64())


@udf(returns=pa.int64())
def total(x: pd.Series) -> int:
    return x.sum()


@udf(returns="string")
def describe(x):
    """Called row by row, with Python's own values."""
    return f"{x} {type(x).__name__}"


@udf(returns=pa.int64())
def process(x: pa.Array) -> pa.Array:
    """Tell which worker it is."""
    return pa.array([os.getpid()] * len(x), pa.int64())


@udf(returns=pa.int64())
def refuse(x: pd.Series, value: int) -> pd.Series:
    """Raise in the batch that holds the value."""
    if (x == value).any():
        raise ValueError(f"not {value}, please")
    return x


@udf(returns=pa.int64())
def wait_in_first(columns: Iterator[pa.Array], entered: str, latch: str) -> Iterator[pa.Array]:
    """Say that the first batch came, and wait for the latch before giving it back."""
    for index, x in enumerate(columns):
        if index == 0:
            tell(entered)
            wait(latch)
        yield x


@udf(returns=pa.int64())
def meet(x: pa.Array, entered: str, latch: str) -> pa.Array:
    """Say that it runs, and wait until the test has heard so of all."""
    tell(entered)
    wait(latch)
    return x
