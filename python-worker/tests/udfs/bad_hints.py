"""Signatures that are not those of a UDF, or are used wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from reactor_udf import udf

if TYPE_CHECKING:
    from decimal import Decimal

NUMBER = 3


def none(x, y):  # type: ignore[no-untyped-def]
    return x


def mixed(x: pd.Series) -> pa.Array:
    return pa.array(x)


def no_result(x: pa.Array) -> pa.Array:
    return x


def two_iterators(x: Iterator[pa.Array], y: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from x


def unknown_name(x: Decimal) -> Decimal:
    return x


def chunks(x: pa.ChunkedArray) -> pa.ChunkedArray:
    return x


@udf(returns="int64")
def constant_of_unknown_type(x: pa.Array, limit: Decimal | None = None) -> pa.Array:
    return x


@udf(returns=pa.schema([("a", pa.int64())]))
def map_like(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


@udf(returns=pa.int64())
def map_of_a_type(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


@udf(returns="int46")
def misspelled(x: pa.Array) -> pa.Array:
    return x


@udf(returns="int64")
def constant(x: pa.Array, limit: int) -> pa.Array:
    return x


@udf(returns="int64")
def pair(values: Iterator[tuple[pa.Array, pa.Array]]) -> Iterator[pa.Array]:
    for first, _ in values:
        yield first
