# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Iterator, Tuple

import pyarrow as pa
import pyarrow.compute

from reactor_udf import udf


@udf(returns="int64")
def plus_one(iterator: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for v in iterator:
        yield pa.compute.add(v, 1)


@udf(returns="int64")
def multiply(iterator: Iterator[Tuple[pa.Array, pa.Array]]) -> Iterator[pa.Array]:
    for v1, v2 in iterator:
        yield pa.compute.multiply(v1, v2.field("v"))
