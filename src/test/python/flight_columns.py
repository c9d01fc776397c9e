"""Functions of columns and batches of flights, and the same results by pandas over all flights at once."""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns="double")
def hours(delay: pd.Series) -> pd.Series:
    return delay / 60


@udf(returns="int64")
def late_so_far(delays: Iterator[pd.Series]) -> Iterator[pd.Series]:
    late = 0
    for delay in delays:
        counted = late + (delay > 15).cumsum()
        late = int(counted.iloc[-1])
        yield counted


@udf(returns="string")
def route(origin: pa.Array, carrier: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(origin, carrier, " by ")


@udf(returns="int64")
def flights_so_far(days: Iterator[pa.Array]) -> Iterator[pa.Array]:
    flights = 0
    for day in days:
        yield pa.array(range(flights + 1, flights + 1 + len(day)))
        flights += len(day)


@udf(returns="double")
def rounded(hours: pd.Series) -> pd.Series:
    return hours.round(1)


@udf(returns="day: int64, delay: double")
def late(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for flights in batches:
        yield flights.loc[flights.delay > 15, ["day", "delay"]]


@udf(returns="day: int64, delay: double")
def late_arrow(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for flights in batches:
        yield flights.select(["day", "delay"]).filter(pc.greater(flights["delay"], 15))


def all_columns(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches)
    yield pd.DataFrame(
        {
            "hours": flights.delay / 60,
            "late": (flights.delay > 15).cumsum(),
            "route": flights.origin + " by " + flights.carrier,
            "flights": range(1, len(flights) + 1),
            "rounded": (flights.delay / 60).round(1),
        }
    )


def all_late(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches)
    yield flights[flights.delay > 15][["day", "delay"]]
