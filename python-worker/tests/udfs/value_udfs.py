"""Functions that are called with the values of each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from reactor_udf import udf


def plus_one(x: int) -> int:
    return x + 1


@udf(returns="string")
def spelled(x, y):  # type: ignore[no-untyped-def]
    return f"{x!r} {y!r}"


def kind_of(x: pa.Scalar) -> str:
    return type(x).__name__


@udf(returns=pa.int64())
def twice(x: pa.Scalar) -> pa.Scalar:
    return pa.scalar(None if x.as_py() is None else 2 * x.as_py())


def plus(x: int, y: int = 100) -> int:
    return x + y


def total(*values: int) -> int:
    return sum(values)


def year(day: dt.date | None) -> int | None:
    return None if day is None else day.year


def tomorrow(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def reciprocal(x: int) -> float | None:
    return 1 / x


def text_of_odd(x: int) -> int:
    return "odd" if x % 2 else x  # type: ignore[return-value]


def stops(x: int) -> int:
    if x == 2:
        raise StopIteration
    return x


def leaves(x: int) -> int:
    raise SystemExit(x)


def spin(x: int) -> int:
    while True:
        pass


shout = lambda s: s.upper()  # noqa: E731


@udf(returns="int64")
def of_numpy(x: np.ndarray) -> np.ndarray:
    return x


@udf(returns="int64")
def of_an_iterator(x: Iterator[int]) -> Iterator[int]:
    yield from x


@udf(returns="int64")
def of_unknown(x: Unknown) -> int:  # type: ignore[name-defined]  # noqa: F821
    return x  # type: ignore[no-any-return]
