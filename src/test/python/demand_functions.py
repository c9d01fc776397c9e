"""Functions for the tests of demand: each is a way of reading and of giving back."""

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf

X = pa.schema([("x", pa.int64())])


@udf(returns=X)
def plain(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """One batch out for each one in."""
    for batch in batches:
        yield _plus(batch, 1)


@udf(returns=X)
def expand(batches: Iterator[pa.RecordBatch], times: int) -> Iterator[pa.RecordBatch]:
    """``times`` batches for each one."""
    for batch in batches:
        for i in range(times):
            yield _plus(batch, i)


@udf(returns=X)
def contract(batches: Iterator[pa.RecordBatch], group: int) -> Iterator[pa.RecordBatch]:
    """One row, the sum, for ``group`` batches."""
    total, read = 0, 0
    for batch in batches:
        total += pc.sum(batch.column(0)).as_py() or 0
        read += 1
        if read % group == 0:
            yield _batch(np.array([total], "int64"))
            total = 0
    if read % group:
        yield _batch(np.array([total], "int64"))


@udf(returns=X)
def ahead(batches: Iterator[pa.RecordBatch], depth: int) -> Iterator[pa.RecordBatch]:
    """The same batches, ``depth`` of them read before the first of these is given."""
    read = []
    for batch in batches:
        read.append(batch)
        if len(read) == depth:
            yield from read
            read = []
    yield from read


@udf(returns=X)
def everything(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches in reverse order."""
    yield from reversed(list(batches))


@udf(returns=X)
def ignore(batches: Iterator[pa.RecordBatch], count: int, rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of its own; none is read."""
    for _ in range(count):
        yield _batch(np.arange(rows))


@udf(returns=X)
def stop_early(batches: Iterator[pa.RecordBatch], after: int) -> Iterator[pa.RecordBatch]:
    """Returns when it has read one more than ``after``."""
    for i, batch in enumerate(batches):
        if i == after:
            return
        yield _plus(batch, 1)


@udf(returns=X)
def raise_at(batches: Iterator[pa.RecordBatch], at: int) -> Iterator[pa.RecordBatch]:
    """Raises when it has read batch ``at``."""
    for i, batch in enumerate(batches):
        if i == at:
            raise ValueError(f"batch {i}")
        yield _plus(batch, 1)


@udf(returns=pa.int64())
def aligned(x: pa.Array) -> pa.Array:
    """Arrow, scalar."""
    return pc.add(x, 1)


@udf(returns=pa.int64())
def aligned_pandas(x: pd.Series) -> pd.Series:
    """Pandas, scalar."""
    return x + 1


@udf(returns=pa.int64())
def aligned_raise(x: pa.Array, value: int) -> pa.Array:
    """Raises at the batch that begins with ``value``."""
    if len(x) and x[0].as_py() == value:
        raise ValueError(f"value {value}")
    return pc.add(x, 1)


@udf(returns=pa.int64(), row_wise=True)
def row_wise(x: pa.Array) -> pa.Array:
    """Arrow, scalar, of single rows."""
    return pc.add(x, 1)


@udf(returns=pa.int64(), row_wise=True)
def row_wise_raise(x: pa.Array, value: int) -> pa.Array:
    """Raises for the row that is ``value``."""
    if value in x.to_numpy():
        raise ValueError(f"value {value}")
    return pc.add(x, 1)


@udf(returns=pa.int64())
def aligned_ahead(columns: Iterator[pa.Array], depth: int) -> Iterator[pa.Array]:
    """Reads ``depth`` batches, gives them back one by one."""
    read = []
    for x in columns:
        read.append(pc.add(x, 1))
        if len(read) == depth:
            yield from read
            read = []
    yield from read


@udf(returns=pa.int64())
def aligned_regroup(columns: Iterator[pa.Array], depth: int) -> Iterator[pa.Array]:
    """Reads ``depth`` batches, gives them back as one, of other borders."""
    read = []
    for x in columns:
        read.append(x)
        if len(read) == depth:
            yield pc.add(pa.concat_arrays(read), 1)
            read = []
    if read:
        yield pc.add(pa.concat_arrays(read), 1)


@udf(returns=pa.int64())
def aligned_everything(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Reads everything before it gives anything."""
    for x in list(columns):
        yield pc.add(x, 1)


def _plus(batch: pa.RecordBatch, amount: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pc.add(batch.column(0), amount)], schema=X)


def _batch(values: np.ndarray) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(values)], schema=X)


@udf(returns=pa.int64())
def meet(x: pa.Array, arrived: str, go: str) -> pa.Array:
    """At its first batch gives a permit of ``arrived`` and takes one of ``go``."""
    if len(x) and x[0].as_py() == 0:
        with open(arrived, "wb", buffering=0) as pipe:
            pipe.write(b".")
        with open(go, "rb", buffering=0) as pipe:
            pipe.read(1)
    return pc.add(x, 1)


@udf(returns=pa.int64())
def add(a: pa.Array, b: pa.Array) -> pa.Array:
    """Two columns to one."""
    return pc.add(a, b)


@udf(returns=pa.int64())
def process_id(x: pa.Array) -> pa.Array:
    """The worker's."""
    return pa.array([os.getpid()] * len(x), pa.int64())
