"""Functions of two inputs; as a program, the flights and a weather to evaluate them over, and what pandas makes of all
of it at once.
"""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from latches import tell, wait

from reactor_udf import udf

DAY = ["origin", "month", "day"]
WINDY = pa.schema(
    [
        ("origin", pa.string()),
        ("month", pa.int16()),
        ("day", pa.int16()),
        ("flights", pa.int64()),
        ("windy", pa.int64()),
        ("hours", pa.int64()),
    ]
)


@udf(returns=WINDY)
def windy(key: tuple[Any, ...], flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    found = flights.hour.isin(weather.hour[weather.wind > 10]).sum()
    return pd.DataFrame([(*key, len(flights), found, len(weather))])


@udf(returns=WINDY)
def windy_arrow(key: tuple[pa.Scalar, ...], flights: pa.Table, weather: pa.Table) -> pa.Table:
    hours = weather["hour"].filter(pc.greater(weather["wind"], 10))
    found = pc.sum(pc.is_in(flights["hour"], value_set=hours.combine_chunks())).as_py() or 0
    return pa.Table.from_pylist(
        [dict(zip(WINDY.names, (*key, len(flights), found, len(weather)), strict=True))], WINDY
    )


@udf(returns="k: int64, left: int64, right: int64")
def sides(key: tuple[pa.Scalar, ...], left: pa.Table, right: pa.Table) -> pa.Table:
    return pa.table({"k": [key[0].as_py()], "left": [len(left)], "right": [len(right)]})


@udf(returns="k: int64, types: string")
def types(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    dtypes = [str(kind) for side in (left, right) for kind in side.dtypes]
    return pd.DataFrame({"k": [0], "types": [" ".join(dtypes)]})


@udf(returns="k: int64")
def hanging(left: pa.Table, right: pa.Table, reached: str, latch: str) -> pa.Table:
    tell(reached)
    wait(latch)
    return left.select(["k"])


@udf(returns="k: int64")
def failing(left: pa.Table, right: pa.Table) -> pa.Table:
    raise ValueError(f"{len(left)} and {len(right)}")


def flights_by_day(parquet: str) -> pa.Table:
    """All flights but those of a day, sorted."""
    flights = pq.read_table(parquet, columns=[*DAY, "hour", "dep_delay"])
    gone = pc.and_(pc.equal(flights["month"], 3), pc.equal(flights["day"], 3))
    return flights.filter(pc.invert(gone)).sort_by([(name, "ascending") for name in DAY])


def weather_by_day() -> pa.Table:
    """A weather for most hours of most days, of two of the airports and one that has no flights."""
    rows = [
        (origin, date.month, date.day, hour, (7 * number + 5 * hour + 3 * date.day) % 23)
        for number, origin in enumerate(["EWR", "HVN", "LGA"])
        for date in pd.date_range("2013-01-01", "2013-12-31")
        if date.day_of_year % 10
        for hour in range(24)
        if (hour + date.day) % 5
    ]
    names = [*DAY, "hour", "wind"]
    kinds = [pa.string(), pa.int16(), pa.int16(), pa.int16(), pa.int64()]
    columns = [
        pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
    return pa.table(columns, names)


def windy_of_all(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """What ``windy`` gives of each day, by a merge of everything."""
    merged = flights.merge(weather, on=[*DAY, "hour"], how="left")
    merged["windy"] = merged.wind > 10
    of_flights = merged.groupby(DAY).agg(flights=("hour", "size"), windy=("windy", "sum"))
    of_weather = weather.groupby(DAY).agg(hours=("hour", "size"))
    return of_flights.join(of_weather, how="outer").fillna(0).sort_index().reset_index()


def write(table: pa.Table, file: Path, rows: int) -> None:
    with pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)


def main(parquet: str, directory: Path) -> None:
    flights, weather = flights_by_day(parquet), weather_by_day()
    write(flights, directory / "flights.arrow", 10_000)
    write(weather, directory / "weather.arrow", 700)
    expected = windy_of_all(flights.to_pandas(), weather.to_pandas())
    write(
        pa.Table.from_pandas(expected, WINDY, preserve_index=False),
        directory / "expected.arrow",
        10_000,
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
