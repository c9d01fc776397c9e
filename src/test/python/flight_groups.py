"""Functions of groups of flights, and the same results by pandas over all flights at once."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from latches import tell, wait

from reactor_udf import udf

CENTERED = "carrier: string, day: int64, delay: double, centered: double"


@udf(returns="double")
def mean(delay: pd.Series) -> float:
    return delay.mean()


@udf(returns="double")
def worst(delay: pa.Array) -> pa.Scalar:
    return pc.max(delay)


@udf(returns="int64")
def flights(*columns: pd.Series) -> int:
    return len(columns[0])


@udf(returns="double")
def mean_of_parts(parts: Iterator[pd.Series]) -> float:
    total, count = 0.0, 0
    for delay in parts:
        total += delay.sum()
        count += delay.count()
    return total / count if count else float("nan")


@udf(returns="double")
def mean_of_batches(parts: Iterator[tuple[pa.Array, pa.Array]]) -> pa.Scalar:
    """The mean of ``delay``, which is the second column."""
    table = pa.table({"delay": pa.chunked_array([delay for _, delay in parts])})
    return pc.mean(table["delay"])


@udf(returns="carrier: string, mean: double, worst: double, flights: int64")
def per_carrier(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    delays = pd.concat(batches).groupby("carrier", dropna=False, sort=False).delay
    yield delays.agg(mean="mean", worst="max", flights="size").reset_index()


@udf(returns="mean: double, worst: double")
def overall(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    delays = pd.concat(batches).delay
    yield pd.DataFrame({"mean": [delays.mean()], "worst": [delays.max()]})


@udf(returns="double")
def minutes_over(delay: pd.Series, minutes: int) -> pd.Series:
    return delay.clip(lower=minutes) - minutes


@udf(returns="carrier: string, mean: double, hours: double")
def hours_over(batches: Iterator[pd.DataFrame], minutes: int) -> Iterator[pd.DataFrame]:
    all_flights = pd.concat(batches)
    over = (all_flights.delay.clip(lower=minutes) - minutes).groupby(
        all_flights.carrier, dropna=False, sort=False
    )
    yield over.mean().rename("mean").reset_index().assign(hours=lambda means: means["mean"] / 60)


@udf(returns="double")
def hours(mean: pd.Series) -> pd.Series:
    return mean / 60


@udf(returns="origin: string, worst_day: double")
def worst_days(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    days = pd.concat(batches).groupby(["origin", "day"], sort=False).delay.mean()
    yield days.groupby("origin", sort=False).max().rename("worst_day").reset_index()


@udf(returns=CENTERED)
def centered(group: pd.DataFrame) -> pd.DataFrame:
    return group[["carrier", "day", "delay"]].assign(centered=group.delay - group.delay.mean())


@udf(returns=CENTERED)
def centered_arrow(group: pa.Table) -> pa.Table:
    centered = pc.subtract(group["delay"], pc.mean(group["delay"]))
    return group.select(["carrier", "day", "delay"]).append_column("centered", centered)


@udf(returns=CENTERED)
def centered_by_key(key: tuple[Any, ...], group: pd.DataFrame) -> pd.DataFrame:
    """The carrier comes from the key, and the columns have no names."""
    rest = [group.day, group.delay, group.delay - group.delay.mean()]
    carrier = pd.Series([key[0]] * len(group), dtype=object)
    return pd.concat([carrier, *rest], axis=1, ignore_index=True)


@udf(returns=CENTERED)
def all_centered(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches)
    means = flights.groupby("carrier", dropna=False).delay.transform("mean")
    yield flights[["carrier", "day", "delay"]].assign(centered=flights.delay - means)


@udf(returns="carrier: string, day: int64")
def late_days(key: tuple[Any, ...], parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The first three days on which a carrier was late; what follows is left unread."""
    wanted = 3
    for part in parts:
        days = part[part.delay > 15].day[:wanted]
        yield pd.DataFrame({"carrier": pd.Series([key[0]] * len(days)), "day": days.to_numpy()})
        wanted -= len(days)
        if not wanted:
            return


@udf(returns="carrier: string, day: int64")
def all_late_days(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches)
    late = flights[flights.delay > 15].groupby("carrier", dropna=False, sort=False)
    yield late.head(3)[["carrier", "day"]]


@udf(returns="mean: double")
def sliding(batches: Iterator[pd.DataFrame], before: int, after: int) -> Iterator[pd.DataFrame]:
    """The mean delay of the flights around each one, of its origin."""
    for _, delay in pd.concat(batches, ignore_index=True).groupby("origin", sort=False).delay:
        around = [delay.iloc[max(row - before, 0) : row + after + 1] for row in range(len(delay))]
        yield pd.DataFrame({"mean": [rows.mean() for rows in around]})


@udf(returns="mean: double")
def week(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The mean of the daily means of a week up to each day, of its origin."""
    days = pd.concat(batches).groupby(["origin", "day"], sort=False).delay.mean()
    weeks = days.groupby("origin", sort=False).rolling(7, min_periods=1).mean()
    yield weeks.rename("mean").reset_index(drop=True).to_frame()


@udf(returns="worst: double")
def worst_so_far(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    flights = pd.concat(batches, ignore_index=True)
    worst = flights.groupby("origin").delay.cummax()
    yield worst.groupby(flights.origin).ffill().rename("worst").to_frame()


@udf(returns="mean: double")
def mean_of_origin(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    delays = pd.concat(batches).groupby("origin", sort=False).delay
    yield delays.transform("mean").rename("mean").to_frame()


@udf(returns="rows: int64")
def rows_of_parts(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield pa.record_batch({"rows": [sum(part.num_rows for part in parts)]})


@udf(returns="rows: int64")
def rows_of_group(group: pa.Table) -> pa.Table:
    return pa.table({"rows": [len(group)]})


@udf(returns="double")
def mean_of_x(x: pd.Series) -> float:
    return x.mean()


@udf(returns="x: int64")
def first_then_latch(
    parts: Iterator[pa.RecordBatch], entered: str, latch: str
) -> Iterator[pa.RecordBatch]:
    """Give the first row of each group, say so, and wait before the group is read past."""
    yield next(parts).slice(0, 1)
    tell(entered)
    wait(latch)
