"""Functions of groups."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf

COUNTED = "k: int64, rows: int64"

kept: list[Iterator[pa.RecordBatch]] = []


@udf(returns=COUNTED)
def counted(key: tuple[Any, ...], group: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame([(*key, len(group))])


@udf(returns="k: int64, x: int64")
def first(group: pa.Table) -> pa.Table:
    return group.slice(0, 1)


@udf(returns="key: string, rows: int64")
def spelled(key: tuple[pa.Scalar, ...], group: pa.Table) -> pa.Table:
    return pa.table({"key": [repr([value.as_py() for value in key])], "rows": [len(group)]})


@udf(returns="key: string, rows: int64")
def spelled_in_pandas(key: tuple[Any, ...], group: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"key": [repr(list(key))], "rows": [len(group)]})


@udf(returns=COUNTED)
def counted_parts(
    key: tuple[pa.Scalar, ...], parts: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for part in parts:
        yield pa.record_batch({"k": pa.array(key), "rows": [part.num_rows]})


@udf(returns="k: int64, x: int64")
def tops(parts: Iterator[pd.DataFrame], rows: int = 1) -> Iterator[pd.DataFrame]:
    """Give the first rows and leave the rest."""
    for part in parts:
        yield part[:rows]
        rows -= len(part)
        if rows <= 0:
            return


@udf(returns="k: int64, x: int64")
def nothing(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from ()


@udf(returns=COUNTED)
def counted_of_earlier_groups(
    key: tuple[pa.Scalar, ...], parts: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Count the rows that come out of the iterators of the groups before this one."""
    yield pa.record_batch({"k": pa.array(key), "rows": [sum(len(p) for e in kept for p in e)]})
    kept.append(parts)


@udf(returns=COUNTED)
def counted_in_a_thread(
    key: tuple[pa.Scalar, ...], parts: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    rows: list[int] = []
    thread = threading.Thread(target=lambda: rows.extend(part.num_rows for part in parts))
    thread.start()
    thread.join()
    yield pa.record_batch({"k": pa.array(key), "rows": [sum(rows)]})


@udf(returns=COUNTED)
def leaves_a_reader(
    key: tuple[pa.Scalar, ...], parts: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Return while a thread pulls what has not arrived yet."""
    yield pa.record_batch({"k": pa.array(key), "rows": [next(parts).num_rows]})
    pulling = threading.Event()

    def pull() -> None:
        pulling.set()
        for _ in parts:
            pass

    threading.Thread(target=pull).start()
    pulling.wait()


@udf(returns="k: int64, x: int64")
def fails_in_second(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for part in parts:
        if part["k"][0].as_py() == 2:
            raise ValueError("not two, please")
        yield part


@udf(returns="double")
def mean(x: pd.Series) -> float:
    return x.mean()  # type: ignore[no-any-return]


@udf(returns="int64")
def total(x: pa.Array) -> pa.Scalar:
    return pc.sum(x)


@udf(returns="int64")
def rows(*columns: pd.Series) -> int:
    return len(columns[0])


@udf(returns="double")
def weighted(x: pd.Series, w: pd.Series, scale: float = 1.0) -> float:
    return float((x * w).sum() / w.sum() * scale)


@udf(returns="list<item: int64>")
def values(x: pa.Array) -> list[int]:
    return x.to_pylist()  # type: ignore[no-any-return]


@udf(returns="int64")
def given(x: pd.Series, value: Any) -> Any:
    return value


@udf(returns="double")
def special(x: pd.Series, which: str) -> Any:
    return {"nan": float("nan"), "NA": pd.NA, "None": None}[which]


@udf(returns="double")
def not_a_number(x: pa.Array) -> float:
    return float("nan")


@udf(returns="double")
def mean_of_parts(parts: Iterator[pd.Series]) -> float:
    total = count = 0
    for part in parts:
        total += part.sum()
        count += part.count()
    return total / count


@udf(returns="int64")
def dot(parts: Iterator[tuple[pa.Array, pa.Array]]) -> pa.Scalar:
    return pa.scalar(sum(pc.sum(pc.multiply(x, w)).as_py() for x, w in parts))


@udf(returns="int64")
def first_of(parts: Iterator[pa.Array]) -> pa.Scalar:
    return next(parts)[0]


@udf(returns="int64")
def writes(x: pd.Series) -> int:
    """Write to what it is given."""
    x[:] = 0
    return int(x.sum())


calls_made = itertools.count()


@udf(returns="int64")
def calls(x: pa.Array) -> int:
    """Tell how often it was called."""
    return next(calls_made)


@udf(returns="int64")
def word_from(x: pa.Array, x0: int) -> Any:
    return "word" if x[0].as_py() >= x0 else 1


@udf(returns=COUNTED)
def counted_in_polars(key: tuple[Any, ...], group: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({"k": [key[0]], "rows": [group.height]})


@udf(returns=COUNTED)
def counted_polars_parts(
    key: tuple[Any, ...], parts: Iterator[pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame({"k": [key[0]], "rows": [sum(part.height for part in parts)]})


@udf(returns="double")
def mean_in_polars(x: pl.Series) -> float:
    return x.mean()  # type: ignore[no-any-return]


@udf(returns="int64")
def total_of_polars_parts(parts: Iterator[pl.Series]) -> int:
    return sum(part.sum() for part in parts)
