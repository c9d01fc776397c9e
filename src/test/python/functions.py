"""Functions that the acceptance tests evaluate."""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns=pa.int64())
def plus_one(x: pd.Series) -> pd.Series:
    return x + 1


@udf(returns=pa.int64())
def plus_one_arrow(x: pa.Array) -> pa.Array:
    return pc.add(x, 1)


@udf(returns=pa.int64())
def plus_one_iterator(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
    one = 1
    for x in columns:
        yield x + one


@udf(returns=pa.int64())
def plus_one_arrow_iterator(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for x in columns:
        yield pc.add(x, 1)


@udf(returns=pa.schema([("x", pa.int64())]))
def evens(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.filter(pc.equal(pc.bit_wise_and(batch["x"], 1), 0))
