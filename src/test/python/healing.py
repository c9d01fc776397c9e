"""A function that stays in its second batch until it is let go."""

import os
from collections.abc import Iterator

import pyarrow as pa
from latches import tell, wait

from reactor_udf import udf


@udf(returns=pa.int64())
def tell_and_hold(columns: Iterator[pa.Array], entered: str, latch: str) -> Iterator[pa.Array]:
    for index, x in enumerate(columns):
        if index == 1:
            tell(entered)
            wait(latch)
        yield pa.array([os.getpid()] * len(x), pa.int64())
