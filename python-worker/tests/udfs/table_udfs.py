"""Table functions: classes with ``eval``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from reactor_udf import udf


@udf(returns="word: string, length: int64")
class Words:
    """Words of a text, longer than some length."""

    def __init__(self, more_than: int = 0) -> None:
        self.more_than = more_than

    def eval(self, text: str | None) -> Iterator[tuple[str, int]]:
        for word in (text or "").split():
            if len(word) > self.more_than:
                yield word, len(word)


@udf(returns="rows: int64, total: int64")
class Totals:
    """Yields nothing but at the end."""

    def __init__(self) -> None:
        self.rows = self.total = 0

    def eval(self, x: int) -> None:
        self.rows += 1
        self.total += x

    def terminate(self) -> Iterator[tuple[int, int]]:
        yield self.rows, self.total


@udf(returns="event: string, value: int64")
class Odd:
    """The example that was tried with PySpark."""

    def __init__(self) -> None:
        self.rows = 0

    def eval(self, x: int) -> Iterator[tuple[str, int]]:
        self.rows += 1
        if x % 2:
            yield "odd", x

    def terminate(self) -> Iterator[tuple[str, int]]:
        yield "count", self.rows


@udf(returns="n: int64")
class Range:
    """Single values, as many as it is told."""

    def eval(self, x: int) -> Iterator[int]:
        yield from range(x)


@udf(returns="n: int64")
class Told:
    """Says when it is asked for more, and when it is done with."""

    def eval(self, x: int) -> Iterator[int]:
        try:
            for n in range(x):
                if n % 10_000 == 0:
                    print(f"asked for {n}")
                yield n
        finally:
            print("closed")

    def cleanup(self) -> None:
        print("cleaned up")


@udf(returns="a: int64, b: string")
class Given:
    """Yields what it is told to."""

    def __init__(self, values: str) -> None:
        self.values = values

    def eval(self, x: int) -> Any:
        return eval(self.values)


@udf(returns="text: string")
class Long:
    """One long text for each row."""

    def eval(self, x: int) -> Iterator[tuple[str]]:
        yield ("x" * x,)


@udf(returns="x: int64")
class Positive:
    """Of columns of Arrow."""

    def eval(self, x: pa.Array) -> Iterator[pa.Table]:
        mask = [value.as_py() > 0 for value in x]
        yield pa.table({"x": x.filter(pa.array(mask))})


@udf(returns="k: int64, rows: int64")
class Batches:
    """Of batches of Arrow."""

    def __init__(self) -> None:
        self.key: Any = None
        self.rows = 0

    def eval(self, batch: pa.RecordBatch) -> None:
        self.key = batch["k"][0]
        self.rows += batch.num_rows

    def terminate(self) -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"k": pa.array([self.key]), "rows": pa.array([self.rows])})


@udf(returns="y: int64")
class Series:
    """Of columns of pandas."""

    def eval(self, x: pd.Series) -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"y": x + 1})
