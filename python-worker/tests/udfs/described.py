"""Functions of every sort, to be described."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from reactor_udf import udf


@udf(returns=pa.float64())
def speed(distance: pd.Series, air_time: pd.Series, *, unit: str = "mph") -> pd.Series:
    """Return miles an hour.

    Not more.
    """
    return distance / air_time * 60


@udf(returns="carrier: string, late: list<item: int64>")
def late(key: tuple[Any, ...], flights: pd.DataFrame, minutes: int = 15) -> pd.DataFrame:
    return flights


def undecorated(x: Iterator[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    yield from x


@udf(returns="float64")
class Model:
    """A model."""

    def __init__(self, path: str, *, scale: float = 1.5) -> None:
        self.path = path

    def __call__(self, *xs: pd.Series) -> pd.Series:
        return xs[0]


slow = functools.partial(speed, unit="km/h")
model = Model("here")


@udf
def nothing_known(x: list[pd.Series]):  # type: ignore[no-untyped-def]
    """Say nothing."""


@udf(returns="float46")
def misspelled(x: pa.Array) -> pa.Array:
    return x


@udf(kind="scalar_pandas")
def _private(x):  # type: ignore[no-untyped-def]
    return x


def _helper(x: pa.Array) -> pa.Array:
    return x


def unhinted(x):  # type: ignore[no-untyped-def]
    return x


class NotCalled:
    pass


HERE = Path(__file__)
