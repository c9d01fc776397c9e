"""Pandas functions that the tests evaluate; the hints of this module are objects, not strings."""

from typing import Iterator, Tuple  # noqa: UP035 - the spelling of older code

import numpy as np
import pandas as pd
import pyarrow as pa

from reactor_udf import udf

set_ups: list[str] = []


@udf(returns=pa.float64())
def risk(delay: pd.Series, distance: pd.Series, threshold: float = 0.5) -> pd.Series:
    return delay / distance + threshold


@udf(returns=pa.string())
def shout(name: pd.Series) -> pd.Series:
    return name.str.upper() + "!"


@udf(returns=pa.string())
def dtypes(value: pd.Series) -> pd.Series:
    return pd.Series([str(value.dtype)] * len(value))


@udf(returns="int64")
def same_int(value: pd.Series) -> pd.Series:
    return value


@udf(returns="double")
def same_float(value: pd.Series) -> pd.Series:
    return value


@udf
def same(value: pd.Series) -> pd.Series:
    return value


@udf(returns="int64")
def category_as_text(value: pd.Series) -> pd.Series:
    return value.astype("category")


@udf(returns="double")
def numpy_array(value: pd.Series) -> pd.Series:
    return np.asarray(value)


@udf(returns="double")
def short(value: pd.Series) -> pd.Series:
    return value.iloc[1:]


@udf(returns=pa.int64())
def scaled(values: Iterator[pd.Series]) -> Iterator[pd.Series]:
    set_ups.append("scaled")
    factor = len(set_ups)
    for series in values:
        yield series * factor


@udf(returns=pa.float64())
def ratio(values: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:  # noqa: UP006
    for first, second in values:
        yield first / second


@udf(returns=pa.schema([("x", pa.int64()), ("name", pa.string())]))
def positive(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for frame in frames:
        yield frame[frame["x"] > 0][["name", "x"]]


@udf(returns="dtypes: string")
def frame_dtypes(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for frame in frames:
        described = ", ".join(f"{name}={dtype}" for name, dtype in frame.dtypes.items())
        yield pd.DataFrame({"dtypes": [described]})


@udf(returns=pa.float64())
def clip_in_place(x: pd.Series) -> pd.Series:
    x[x > 1] = 1.0
    return x


@udf(returns="a: int64, b: string")
def yields_frames(batches: Iterator[pd.DataFrame], what: str) -> Iterator[pd.DataFrame]:
    for _ in batches:
        yield {
            "unnamed": pd.DataFrame([[1, "x"], [2, "y"]]),
            "nothing": pd.DataFrame(),
            "too few": pd.DataFrame([[1]]),
            "missing": pd.DataFrame({"a": [1]}),
            "series": pd.Series([1]),
        }[what]
