"""Functions of two inputs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

from reactor_udf import udf

SIDES = "k: int64, left: int64, right: int64"


@udf(returns=SIDES)
def sides(key: tuple[Any, ...], left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The key, and how many rows either side has of it."""
    return pd.DataFrame([(*key, len(left), len(right))])


@udf(returns="key: string, left: int64, right: int64")
def named(key: tuple[pa.Scalar, ...], left: pa.Table, right: pa.Table) -> pa.Table:
    """As ``sides``, with what the key looks like."""
    spelled = ", ".join(str(value) for value in key)
    return pa.table({"key": [spelled], "left": [len(left)], "right": [len(right)]})


@udf(returns=SIDES)
def sides_polars(key: tuple[Any, ...], left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """As ``sides``."""
    assert [left.schema["k"], right.schema["k"]] == [pl.Int64, pl.Int64]
    return pl.DataFrame({"k": list(key), "left": [len(left)], "right": [len(right)]})


@udf(returns="left: string, right: string")
def types(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The dtypes of both sides."""
    return pd.DataFrame([(_types(left), _types(right))])


def _types(frame: pd.DataFrame) -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in frame.dtypes.items())


@udf(returns="left: string, right: string")
def schemas(left: pa.Table, right: pa.Table) -> pa.Table:
    """The types of both sides."""
    spelled = [[str(table.schema.types)] for table in (left, right)]
    return pa.table(spelled, names=["left", "right"])


@udf(returns="k: int64, x: int64, y: int64")
def joined(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The rows of both sides, joined."""
    return left.merge(right, on="k")


@udf(returns="k: int64")
def failing(left: pa.Table, right: pa.Table) -> pa.Table:
    """Fails at the first key that is on both sides."""
    if len(left) and len(right):
        raise ValueError("met")
    return pa.table({"k": pa.array([], pa.int64())})


@udf(kind="cogrouped_map_arrow", returns="rows: int64")
def declared(left, right, more=0):  # type: ignore[no-untyped-def]
    """Says its kind, not its hints."""
    return pa.table({"rows": [len(left) + len(right) + more]})


@udf(returns="int64")
def plus_right(right: pa.Array) -> pa.Array:
    """A column, for what follows a cogroup."""
    return right
