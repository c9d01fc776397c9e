"""Functions that tell one worker of an evaluation from the others."""

import pyarrow as pa
import pyarrow.compute as pc
from latches import tell, wait

from reactor_udf import udf

calls = 0


@udf(returns=pa.int64())
def hold_at(x: pa.Array, value: int, entered: str, latch: str) -> pa.Array:
    """Double; wait at the batch that begins with ``value``."""
    if x[0].as_py() == value:
        tell(entered)
        wait(latch)
    return pc.multiply(x, 2)


@udf(returns=pa.int64())
def meet(x: pa.Array, arrived: str, go: str) -> pa.Array:
    """Wait at the first batch of each worker."""
    global calls
    calls += 1
    if calls == 1:
        tell(arrived)
        wait(go)
    return x


@udf(returns=pa.schema([("x", pa.int64())]))
def groups(batch: pa.Table) -> pa.Table:
    return batch
