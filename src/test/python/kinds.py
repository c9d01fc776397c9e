"""One function of each kind and for each claim about what it is given."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf

set_ups = 0


@udf(returns=pa.float64())
def speed(distance: pd.Series, air_time: pd.Series) -> pd.Series:
    return distance / air_time * 60


@udf(returns=pa.float64())
def speed_arrow(distance: pa.Array, air_time: pa.Array) -> pa.Array:
    return pc.multiply(pc.divide(distance, air_time), 60.0)


@udf(returns=pa.float64())
def speed_tuples(
    columns: Iterator[tuple[pd.Series, pd.Series]],
) -> Iterator[pd.Series]:
    for distance, air_time in columns:
        yield distance / air_time * 60


@udf(returns=pa.float64())
def speed_arrow_tuples(
    columns: Iterator[tuple[pa.Array, pa.Array]],
) -> Iterator[pa.Array]:
    for distance, air_time in columns:
        yield pc.multiply(pc.divide(distance, air_time), 60.0)


@udf(returns="distance: double, far: bool")
def far_arrow(batches: Iterator[pa.RecordBatch], miles: float) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        far = pc.greater(batch["distance"], miles)
        yield pa.record_batch({"distance": batch["distance"], "far": far})


@udf(returns=pa.schema([("distance", pa.float64()), ("far", pa.bool_())]))
def far_pandas(batches: Iterator[pd.DataFrame], miles: float) -> Iterator[pd.DataFrame]:
    for frame in batches:
        yield frame[["distance"]].assign(far=frame.distance > miles)


@udf(returns=pa.schema([("n", pa.int64())]))
def count_down(batches: Iterator[pa.RecordBatch], start: int) -> Iterator[pa.RecordBatch]:
    """Read nothing that it needs, and give all the same."""
    for _ in batches:
        pass
    for n in range(start, 0, -1):
        yield pa.record_batch({"n": pa.array([n], pa.int64())})


@udf(returns=pa.string())
def constants(x: pa.Array, *, tail: str = "default", **more: Any) -> pa.Array:
    """Tell the constants as they came."""
    told = json.dumps({"tail": tail, **more}, sort_keys=True)
    return pa.array([told] * len(x), pa.string())


@udf(returns=pa.int64())
def needs(x: pa.Array, offset: int) -> pa.Array:
    return pc.add(x, offset)


@udf(returns=pa.int64())
def set_up_number(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Tell how many evaluations of this worker had set up when this one did."""
    global set_ups
    set_ups += 1
    mine = set_ups
    for x in columns:
        yield pa.array([mine] * len(x), pa.int64())


@udf(returns=pa.int64())
def pairs(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Read two batches for each that it yields."""
    for first in columns:
        second = next(columns, first.slice(0, 0))
        yield pa.concat_arrays([first, second])


@udf(returns=pa.int64())
def crumbs(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
    """Yield one row at a time, and sometimes none."""
    for x in columns:
        for row in range(len(x)):
            yield x.iloc[row : row + 1]
            yield x.iloc[0:0]


@udf(returns=pa.int64())
def all_at_once(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield pa.concat_arrays(list(columns))


@udf(returns=pa.int64())
def no_empty_batches(x: pa.Array) -> pa.Array:
    if len(x) == 0:
        raise ValueError("was called with no rows")
    return x


@udf
def undeclared(x: pd.Series) -> pd.Series:
    return x + 0.5


def unhinted(x):  # type: ignore[no-untyped-def]
    return x
