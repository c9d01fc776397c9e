"""A module on the class path."""

import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns="int64")
def plus_one(x: pa.Array) -> pa.Array:
    return pc.add(x, 1)
