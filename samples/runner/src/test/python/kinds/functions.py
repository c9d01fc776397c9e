"""A function of each kind, in the forms that it has."""

from collections.abc import Iterator

import helpers
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf

SUMMARY = "origin: string, day: int64, flights: int64, late: double, first: int64, longest: int64"


@udf(returns="double")
def scalar_pandas(delay: pd.Series, count: pd.Series) -> pd.Series:
    return delay * 2 + (count % 7).astype("float64")


@udf(returns="int64")
def scalar_arrow(count: pa.Array) -> pa.Array:
    return pc.negate(count)


@udf(returns="string")
def iterator_pandas(batches: Iterator[tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
    for origin, day in batches:
        yield origin.str.lower() + day.astype("string")


@udf(returns="int64")
def iterator_arrow(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for batch in batches:
        yield pc.subtract(batch, 1)


@udf(returns="id: int64, origin: string")
def map_pandas(batches: Iterator[pd.DataFrame], day: int = 3) -> Iterator[pd.DataFrame]:
    for batch in batches:
        yield batch.loc[batch.day == day, ["id", "origin"]]


@udf(returns="id: int64, count: int64")
def map_arrow(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.filter(pc.is_valid(batch["count"])).select(["id", "count"])


def _summary(key: tuple, flights: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": pd.array([key[0]], dtype="object"),
            "day": pd.array([key[1]], dtype="Int64"),
            "flights": [len(flights)],
            "late": [flights.delay.max()],
            "first": [flights.id.iloc[0]],
            "longest": [helpers.longest(flights.text.tolist())],
        }
    )


@udf(returns=SUMMARY)
def grouped_pandas(key: tuple, flights: pd.DataFrame) -> pd.DataFrame:
    return _summary(key, flights)


@udf(returns="id: int64, origin: string, text: string, at: timestamp[us], share: double")
def grouped_arrow(flights: pa.Table) -> pa.Table:
    share = pa.array([1 / len(flights)] * len(flights))
    return flights.select(["id", "origin", "text", "at"]).append_column("share", share)


@udf(returns="origin: string, rows: int64, ids: int64")
def grouped_iterator(
    key: tuple[pa.Scalar, ...], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    rows = ids = 0
    for batch in batches:
        rows += len(batch)
        ids += pc.sum(batch["id"]).as_py()
    yield pa.RecordBatch.from_pylist(
        [{"origin": key[0].as_py(), "rows": rows, "ids": ids}],
        pa.schema({"origin": pa.string(), "rows": pa.int64(), "ids": pa.int64()}),
    )


@udf(returns="double")
def mean(delay: pd.Series) -> float:
    return delay.mean()


@udf(returns="int64")
def latest(count: pa.Array) -> pa.Scalar:
    return pc.max(count)


@udf(returns="int64")
def rows(delay: pd.Series) -> int:
    return len(delay)


@udf(returns="double")
def per_row(delay, day, factor=10):
    return None if delay is None or day is None else delay * factor + day


@udf(returns="string")
def per_row_hinted(origin: str | None, text: str | None) -> str | None:
    return None if origin is None else origin + (text or "-")


@udf(returns="origin: string, flights: int64, airports: int64, names: string")
def cogrouped_pandas(key: tuple, flights: pd.DataFrame, airports: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": pd.array([key[0]], dtype="object"),
            "flights": [len(flights)],
            "airports": [len(airports)],
            "names": [" ".join(airports.name.dropna())],
        }
    )


@udf(returns="flights: int64, airports: int64")
def cogrouped_arrow(flights: pa.Table, airports: pa.Table) -> pa.Table:
    return pa.table({"flights": [len(flights)], "airports": [len(airports)]})


@udf(returns="word: string, length: int64")
class Words:
    """A table function."""

    def eval(self, text: str | None) -> Iterator[tuple[str, int]]:
        for word in (text or "").split():
            yield word, len(word)


@udf(returns="double")
async def awaited(delay: pa.Array) -> pa.Array:
    return pc.multiply(delay, 3)
