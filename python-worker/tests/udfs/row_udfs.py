"""Functions of which single rows fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf

calls: list[list[Any]] = []


class BadRow(Exception):
    pass


def refuse(values: list[Any], bad: list[Any]) -> None:
    calls.append(values)
    for value in values:
        if value in bad:
            raise BadRow(f"no {value}")


@udf(returns=pa.int64(), row_wise=True)
def twice(x: pa.Array, bad: list[int]) -> pa.Array:
    refuse(x.to_pylist(), bad)
    return pc.multiply(x, 2)


@udf(returns=pa.int64(), row_wise=True)
def twice_pandas(x: pd.Series, bad: list[int]) -> pd.Series:
    refuse(x.tolist(), bad)
    return x * 2


@udf(returns=pa.int64(), row_wise=True)
def plus_one(twice: pa.Array, bad: list[int]) -> pa.Array:
    refuse(twice.to_pylist(), bad)
    return pc.add(twice, 1)


@udf(returns=pa.int64(), row_wise=True)
def whole(text: pd.Series) -> pd.Series:
    """Give what is a number as one, and the rest as it is."""
    calls.append(text.tolist())
    return text.map(lambda value: int(value) if value.isdigit() else value)


@udf(returns=pa.int8(), row_wise=True)
def narrow(x: pa.Array) -> pa.Array:
    return x


@udf(returns=pa.dictionary(pa.int32(), pa.string()), row_wise=True)
def word(x: pa.Array, bad: list[int]) -> pa.Array:
    refuse(x.to_pylist(), bad)
    return pa.array([f"w{value}" for value in x.to_pylist()]).dictionary_encode()


@udf(returns=pa.list_(pa.struct([("n", pa.int64())])), row_wise=True)
def nested(x: pa.Array, bad: list[int]) -> pa.Array:
    refuse(x.to_pylist(), bad)
    return pa.array([[{"n": value}] * 2 for value in x.to_pylist()])


@udf(returns=pa.int64(), row_wise=True)
def ends(x: pa.Array, how: str) -> pa.Array:
    calls.append(x.to_pylist())
    causes = {"exit": SystemExit(1), "interrupt": KeyboardInterrupt(), "memory": MemoryError()}
    if how in causes:
        raise causes[how]
    raise ValueError from MemoryError()


@udf(returns=pa.int64(), row_wise=True)
def leaves_out(x: pa.Array) -> pa.Array:
    """Give no row for 2, and fail for 5."""
    refuse(x.to_pylist(), [5])
    return x.filter(pc.not_equal(x, 2))


@udf(returns=pa.int64(), row_wise=True)
def verbose(x: pa.Array) -> pa.Array:
    raise ValueError("é" * 100_000)


@udf(returns=pa.int64())
def undeclared(x: pa.Array) -> pa.Array:
    return x


@udf(returns=pa.schema([pa.field("y", pa.int64(), nullable=False)]), row_wise=True)
def never_null(x: pa.Array) -> pa.Array:
    return x


@udf(returns=pa.int64(), row_wise=True)
def iterator(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from values


@udf(returns=pa.int64(), row_wise=True)
def sized(x: pa.Array) -> pa.Array:
    """Show how many rows came together, which no row-wise function should."""
    return pa.array([len(x)] * len(x), pa.int64())


@udf(returns=pa.int64(), row_wise=True)
def shortened(x: pa.Array, bad: list[int]) -> pa.Array:
    return x[1:] if set(bad) & set(x.to_pylist()) else x


@udf(returns=pa.int64(), row_wise=True)
def few(x: pa.Array, most: int) -> pa.Array:
    if len(x) > most:
        raise MemoryError
    return x


@udf(returns=pa.string(), row_wise=True)
def same_word(x: pa.DictionaryArray) -> pa.Array:
    return x.dictionary_decode()
