"""Functions that a cancel signal may meet at any moment, and the count of those that did."""

import signal
from collections.abc import Iterator
from types import FrameType

import pyarrow as pa

from reactor_udf import udf

_met = 0


def _count_signals() -> None:
    handler = signal.getsignal(signal.SIGUSR1)

    def count(number: int, frame: FrameType | None) -> None:
        global _met
        _met += 1
        handler(number, frame)  # type: ignore[operator, misc]

    signal.signal(signal.SIGUSR1, count)


_count_signals()


@udf(returns=pa.int64())
def met(x: pa.Array) -> pa.Array:
    """Tell how many signals this worker met since it has this module."""
    return pa.array([_met] * len(x), pa.int64())


@udf(returns=pa.int64())
def scalar(x: pa.Array, work: int) -> pa.Array:
    _linger(work)
    return pa.array([_twice(value.as_py()) for value in x], pa.int64())


@udf(returns=pa.int64())
def iterator(columns: Iterator[pa.Array], work: int) -> Iterator[pa.Array]:
    """Compute before the first batch, for each, and when closed."""
    _linger(work)
    try:
        for x in columns:
            _linger(work)
            yield pa.array([_twice(value.as_py()) for value in x], pa.int64())
    finally:
        _linger(work)


@udf(returns=pa.schema([("x", pa.int64()), ("y", pa.int64())]))
def batches(batches: Iterator[pa.RecordBatch], work: int) -> Iterator[pa.RecordBatch]:
    """Give as many batches of one row as there are rows."""
    for batch in batches:
        _linger(work)
        for row in range(batch.num_rows):
            value = batch["x"][row].as_py()
            yield pa.record_batch({"x": [value], "y": [_twice(value)]})


def _twice(value: int) -> int:
    return sum(2 for _ in range(value % 97)) + 2 * (value - value % 97)


def _linger(work: int) -> None:
    for _ in range(work):
        pass
