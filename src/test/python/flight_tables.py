"""Table functions over flights, and the same results by pandas over all flights at once."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from latches import tell

from reactor_udf import udf

QUARTERS = "quarter: int64, minutes: double"


@udf(returns=QUARTERS)
class Quarters:
    """The quarters of an hour that a delay is of, one row each; none for a flight in time."""

    def __init__(self, size: int = 15) -> None:
        self.size = size

    def eval(self, delay: float | None) -> Iterator[tuple[int, float]]:
        quarter = 0
        while delay is not None and delay > 0:
            yield quarter, min(delay, float(self.size))
            quarter += 1
            delay -= self.size


def exploded(flights: pd.DataFrame) -> pd.DataFrame:
    late = flights[flights.delay > 0]
    quarters = late.assign(
        quarter=[list(range(-int(-delay // 15))) for delay in late.delay]
    ).explode("quarter")
    return quarters.assign(
        minutes=(quarters.delay - 15 * quarters.quarter.astype("int64")).clip(upper=15)
    )


@udf(returns=QUARTERS)
def all_quarters(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    yield exploded(pd.concat(batches))[["quarter", "minutes"]]


@udf(returns=f"carrier: string, origin: string, day: int64, delay: double, {QUARTERS}")
def all_quarters_beside(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    yield exploded(pd.concat(batches))


@udf(returns="carrier: string, flights: int64, minutes: double")
class Summary:
    """Yields nothing before the end."""

    def __init__(self) -> None:
        self.carrier: Any = None
        self.flights, self.minutes = 0, 0.0

    def eval(self, carrier: str | None, delay: float | None) -> None:
        self.carrier = carrier
        self.flights += 1
        self.minutes += delay or 0.0

    def terminate(self) -> Iterator[tuple[Any, int, float]]:
        yield self.carrier, self.flights, self.minutes


@udf(returns="carrier: string, flights: int64, minutes: double")
def all_summaries(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    delays = pd.concat(batches).groupby("carrier", dropna=False, sort=False).delay
    yield delays.agg(flights="size", minutes="sum").reset_index()


@udf(returns="day: int64, delay: double")
class Late:
    """Of batches, in Arrow."""

    def eval(self, flights: pa.RecordBatch) -> Iterator[pa.Table]:
        late = flights.filter(pc.greater(flights["delay"], 15.0))
        yield pa.Table.from_batches([late.select(["day", "delay"])])


@udf(returns="day: int64, delay: double")
def all_late(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches)
    yield flights.loc[flights.delay > 15, ["day", "delay"]]


@udf(returns="n: int64")
class Endless:
    """Rows without end of the first one; tells when it is done with."""

    def __init__(self, closed: str) -> None:
        self.closed = closed

    def eval(self, x: int) -> Iterator[int]:
        try:
            while True:
                yield x
                x += 1
        finally:
            tell(self.closed)


@udf(returns="a: int64, b: string")
class Wrong:
    """Rows that are not those that are promised."""

    def __init__(self, wide: bool) -> None:
        self.wide = wide

    def eval(self, x: int) -> Iterator[Any]:
        yield (x, "b", 1) if self.wide and x == 2 else (x, "b") if x < 2 else (x, 7)
