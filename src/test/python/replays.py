"""Functions that die now and then, and whose every result is known."""

import os
import signal
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from latches import tell, wait

from reactor_udf import udf


def die_once(marks: str, batch: int) -> None:
    """End this process, as the kernel would, unless one of its kind did before."""
    try:
        os.open(os.path.join(marks, str(batch)), os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


@udf(returns=pa.int64())
def double(x: pa.Array, deadly: list[int], marks: str) -> pa.Array:
    """Double; die once at each batch that begins with one of ``deadly``."""
    if x[0].as_py() in deadly:
        die_once(marks, x[0].as_py())
    return pc.multiply(x, 2)


@udf(returns=pa.int64())
def double_ahead(columns: Iterator[pa.Array], deadly: list[int], marks: str) -> Iterator[pa.Array]:
    """The same, reading up to three batches ahead of its output."""
    queue: list[pa.Array] = []
    for x in columns:
        if x[0].as_py() in deadly:
            die_once(marks, x[0].as_py())
        queue.append(pc.multiply(x, 2))
        if len(queue) == 3:
            yield queue.pop(0)
    yield from queue


@udf(returns=pa.int64())
def die_always(x: pa.Array, deadly: int) -> pa.Array:
    if x[0].as_py() == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return x


@udf(returns=pa.int64())
def fail(x: pa.Array, deadly: int, bad: int, marks: str) -> pa.Array:
    """Die once at one batch, raise at another."""
    if x[0].as_py() == deadly:
        die_once(marks, deadly)
    if x[0].as_py() == bad:
        raise ValueError("bad")
    return x


@udf(returns=pa.int64())
def die_then_hold(x: pa.Array, marks: str, entered: str, latch: str) -> pa.Array:
    """Die in the first batch; when it comes again, wait."""
    die_once(marks, x[0].as_py())
    tell(entered)
    wait(latch)
    return x


@udf(returns=pa.int64())
def plus_one(x: pa.Array) -> pa.Array:
    return pc.add(x, 1)


@udf(returns=pa.schema([("x", pa.int64())]))
def same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches
