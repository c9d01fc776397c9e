"""Functions that break their promises, raise, or die."""

import logging
import os
import signal
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from reactor_udf import udf


@udf(returns=pa.int64())
def raise_in_seven(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for index, x in enumerate(columns):
        if index == 7:
            raise RuntimeError("batch seven is bad")
        yield x


def die(how: str) -> None:
    if how == "signal":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "exit":
        os._exit(3)
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)


@udf(returns=pa.int64())
def die_in_seven(columns: Iterator[pa.Array], how: str) -> Iterator[pa.Array]:
    for index, x in enumerate(columns):
        if index == 7:
            die(how)
        yield x


@udf(returns=pa.int64())
def die_in_seven_behind(columns: Iterator[pa.Array], latch: str) -> Iterator[pa.Array]:
    with open(latch, "rb", buffering=0) as opened:
        opened.read(1)
    for index, x in enumerate(columns):
        if index == 7:
            die("signal")
        yield x


@udf(returns=pa.int64())
def last_words(x: pa.Array, how: str) -> pa.Array:
    print("printed")
    logging.getLogger("words").warning("logged")
    os.write(1, b"written\n")
    die(how)
    return x


@udf(returns=pa.int64())
def system_exit(x: pa.Array) -> pa.Array:
    raise SystemExit("enough")


@udf(returns=pa.int64())
def strings(x: pa.Array) -> pa.Array:
    return pa.array(["a"] * len(x))


@udf(returns=pa.int64())
def strings_pandas(x: pd.Series) -> pd.Series:
    return pd.Series(["a"] * len(x))


@udf(returns=pa.int64())
def fractions(x: pa.Array) -> pa.Array:
    return pa.array([0.5] * len(x))


@udf(returns=pa.int64())
def fractions_pandas(x: pd.Series) -> pd.Series:
    return pd.Series([0.5] * len(x))


@udf(returns=pa.int64())
def no_array(x: pa.Array) -> pa.Array:
    return "nothing of the kind"  # type: ignore[return-value]


@udf(returns=pa.int64())
def nothing(x: pd.Series) -> pd.Series:
    pass


@udf(returns=pa.int64())
def one_row_less(x: pa.Array) -> pa.Array:
    return x[1:]


@udf(returns=pa.int64())
def one_row_less_pandas(x: pd.Series) -> pd.Series:
    return x[1:]


@udf(returns=pa.int64())
def less_in_all(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for x in columns:
        yield x[1:]


@udf(returns=pa.int64())
def more_in_all(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for x in columns:
        yield x
        yield x


@udf(returns=pa.int64())
def stops_early(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield next(columns)


@udf(returns=pa.int64())
def reads_everything(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from list(columns)


@udf(returns=pa.schema([("x", pa.int64())]))
def other_columns(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.rename_columns(["y"])


@udf(returns=pa.schema([("x", pa.int64())]))
def other_types(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.record_batch({"x": ["a"] * batch.num_rows})


@udf(returns=pa.schema([("x", pa.int64())]))
def no_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch["x"]


@udf(returns=pa.int64())
def deaf(x: pa.Array) -> pa.Array:
    """Close what connects the worker with the JVM, and go on for ever."""
    os.closerange(3, 1024)
    while True:
        pass
