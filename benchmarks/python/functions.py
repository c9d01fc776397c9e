"""The functions that every contender evaluates, each once over pandas and once over Arrow.

They are plain functions with type hints: peers import this module without the library.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

#: How often the CPU-bound function adds and subtracts, as the benchmark of SPARK-56642 does.
CPU_STEPS = 20

#: What the sleeping function sleeps for each batch.
SLEEP_SECONDS = 0.010


def light_pandas(x: pd.Series) -> pd.Series:
    """Add one."""
    return x + 1


def light_arrow(x: pa.Array) -> pa.Array:
    """Add one."""
    return pc.add(x, 1)


def cpu_pandas(x: pd.Series) -> pd.Series:
    """Compute for a while: x + 1 + 20 * (x % 7 - 3), step by step."""
    result = x + 1
    for _ in range(CPU_STEPS):
        result = result + x % 7 - 3
    return result


def cpu_arrow(x: pa.Array) -> pa.Array:
    """Compute for a while, as the pandas one; Arrow has no modulo, so the remainder of x >= 0 is spelled out."""
    result = pc.add(x, 1)
    for _ in range(CPU_STEPS):
        remainder = pc.subtract(x, pc.multiply(pc.divide(x, 7), 7))
        result = pc.subtract(pc.add(result, remainder), 3)
    return result


def sleep_pandas(x: pd.Series) -> pd.Series:
    """Wait, as for a service, and add one."""
    time.sleep(SLEEP_SECONDS)
    return x + 1


def sleep_arrow(x: pa.Array) -> pa.Array:
    """Wait, as for a service, and add one."""
    time.sleep(SLEEP_SECONDS)
    return pc.add(x, 1)


def add_one_pandas(x: pd.Series) -> pd.Series:
    """Add one: the first of three."""
    return x + 1


def add_one_arrow(x: pa.Array) -> pa.Array:
    """Add one: the first of three."""
    return pc.add(x, 1)


def times_two_pandas(x: pd.Series) -> pd.Series:
    """Double: the second of three."""
    return x * 2


def times_two_arrow(x: pa.Array) -> pa.Array:
    """Double: the second of three."""
    return pc.multiply(x, 2)


def minus_one_pandas(x: pd.Series) -> pd.Series:
    """Subtract one: the third of three."""
    return x - 1


def minus_one_arrow(x: pa.Array) -> pa.Array:
    """Subtract one: the third of three."""
    return pc.subtract(x, 1)


def strings_pandas(s: pd.Series) -> pd.Series:
    """Put text into upper case; null stays null."""
    return s.str.upper()


def strings_arrow(s: pa.Array) -> pa.Array:
    """Put text into upper case; null stays null."""
    return pc.utf8_upper(s)


def wide_pandas(c0: pd.Series, c1: pd.Series) -> pd.Series:
    """Add two columns of a hundred."""
    return c0 + c1


def wide_arrow(c0: pa.Array, c1: pa.Array) -> pa.Array:
    """Add two columns of a hundred."""
    return pc.add(c0, c1)


#: The functions of each workload, one for each result column.
WORKLOADS = {
    "light": ["light"],
    "cpu": ["cpu"],
    "sleep": ["sleep"],
    "three": ["add_one", "times_two", "minus_one"],
    "strings": ["strings"],
    "wide": ["wide"],
}


def evaluator(workload: str, form: str) -> Callable[[list[pa.Array]], list[pa.Array]]:
    """Return what computes the result columns from the columns that the workload reads.

    Pandas functions get series and give them back the fastest way that a person would write by hand: over the
    column's own memory where it is of numbers without null.
    """
    calls = [globals()[f"{name}_{form}"] for name in WORKLOADS[workload]]
    if form == "arrow":
        return lambda columns: [call(*columns) for call in calls]

    def evaluate(columns: list[pa.Array]) -> list[pa.Array]:
        series = [_series(column) for column in columns]
        return [_array(call(*series)) for call in calls]

    return evaluate


def _series(column: pa.Array) -> pd.Series:
    if column.null_count == 0 and pa.types.is_integer(column.type):
        return pd.Series(column.to_numpy(), copy=False)
    return column.to_pandas()


def _array(series: pd.Series) -> pa.Array:
    if series.dtype == "int64":
        return pa.array(series.to_numpy())
    return pa.array(series, pa.string(), from_pandas=True)
