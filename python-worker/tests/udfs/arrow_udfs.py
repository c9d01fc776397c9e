"""Arrow functions that the tests evaluate."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns=pa.int64())
def plus_one(x: pa.Array) -> pa.Array:
    return pc.add(x, 1)


@udf(returns=pa.int64())
def add(x: pa.Array, y: pa.Array, factor: int = 1) -> pa.Array:
    return pc.multiply(pc.add(x, y), factor)


@udf(returns=pa.float64())
def same_float(x: pa.DoubleArray) -> pa.DoubleArray:
    return x
