"""Write the tests' files, or compare what the runner made of one with what pandas makes of it.

``check.py write DIRECTORY``; ``check.py compare CASE INPUT OUTPUT``. CASE is a function below: it computes, of the rows in the
file's order, what the output must hold, in its order. INPUT is "flights" or "empty".
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq

ROWS = 6_000
FLIGHTS = pa.schema(
    {
        "id": pa.int64(),
        "origin": pa.string(),
        "day": pa.int64(),
        "delay": pa.float64(),
        "count": pa.int64(),
        "text": pa.string(),
        "at": pa.timestamp("us"),
    }
)
AIRPORTS = pa.schema({"code": pa.string(), "name": pa.string()})


def flights(count: int) -> pa.Table:
    """Unsorted, with nulls in every column but the first; most rows are of one group."""
    random = np.random.default_rng(5)

    def some(values: list, share: float) -> list:
        nulls = random.random(count) < share
        return [None if null else value for value, null in zip(values, nulls, strict=True)]

    origins = random.choice(
        ["JFK", "LGA", "EWR", "Å", "a b"], count, p=[0.8, 0.1, 0.05, 0.03, 0.02]
    )
    extremes = [2**63 - 1, -(2**63) + 1, 2**53 + 1, 0, 5]
    return pa.table(
        [
            pa.array(range(count), pa.int64()),
            pa.array(some(origins.tolist(), 0.03), pa.string()),
            pa.array(some(random.integers(1, 6, count).tolist(), 0.1), pa.int64()),
            pa.array(some((random.integers(-40, 400, count) / 4).tolist(), 0.2), pa.float64()),
            pa.array(some([extremes[i % 5] for i in range(count)], 0.2), pa.int64()),
            pa.array(some([f'late, "{i}" é' for i in range(count)], 0.2), pa.string()),
            pa.array(
                some([1357034400000000 + 1_500_001 * i for i in range(count)], 0.1),
                pa.timestamp("us"),
            ),
        ],
        schema=FLIGHTS,
    )


def airports() -> pa.Table:
    rows = [
        ("SFO", "San Francisco"),
        ("JFK", "Kennedy"),
        (None, "nowhere"),
        ("Å", None),
        ("JFK", "Idlewild"),
    ]
    return pa.Table.from_pylist([{"code": code, "name": name} for code, name in rows], AIRPORTS)


def write(directory: str) -> None:
    for name, table in (
        ("flights", flights(ROWS)),
        ("empty", flights(0)),
        ("airports", airports()),
        ("nowhere", airports()[:0]),
    ):
        path = Path(directory, name)
        pq.write_table(table, path.with_suffix(".parquet"), row_group_size=1_000)
        pyarrow.feather.write_feather(
            table, path.with_suffix(".arrow"), compression="lz4", chunksize=1_500
        )
        pyarrow.csv.write_csv(table, path.with_suffix(".csv"))


def frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype(), pa.string(): pd.StringDtype()}.get
    )


def ordered(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    return rows.sort_values(list(by), kind="stable", na_position="last")


def groups(rows: pd.DataFrame, *by: str):
    return ordered(rows, *by).groupby(list(by), dropna=False, sort=False)


def typed(rows: pd.DataFrame, /, **types: pa.DataType) -> pa.Table:
    names = [*rows.columns]
    fields = [pa.field(n, types[n] if n in types else FLIGHTS.field(n).type) for n in names]
    return pa.Table.from_pandas(rows, pa.schema(fields), preserve_index=False)


def scalar_pandas(f):
    return typed(
        f.assign(scalar_pandas=f.delay * 2 + (f["count"] % 7).astype("Float64")),
        scalar_pandas=pa.float64(),
    )


def scalar_arrow(f):
    return typed(f.assign(scalar_arrow=-f["count"]), scalar_arrow=pa.int64())


def iterator_pandas(f):
    value = f.origin.str.lower() + f.day.astype("string")
    return typed(f.assign(iterator_pandas=value), iterator_pandas=pa.string())


def iterator_arrow(f):
    return typed(f.assign(iterator_arrow=f.day - 1), iterator_arrow=pa.int64())


def map_pandas(f):
    return typed(f.loc[(f.day == 2).fillna(False), ["id", "origin"]])


def map_arrow(f):
    return typed(f.loc[f["count"].notna(), ["id", "count"]])


def sorted_map(f):
    rows = f.sort_values(
        ["delay", "origin"], ascending=[False, True], kind="stable", na_position="last"
    )
    return typed(rows.loc[rows["count"].notna(), ["id", "count"]])


def grouped_pandas(f):
    g = groups(f, "origin", "day")
    rows = g.agg(
        flights=("id", "size"),
        late=("delay", "max"),
        first=("id", "first"),
        longest=("text", lambda texts: texts.str.len().max()),
    ).reset_index()
    rows.longest = rows.longest.fillna(0).astype("Int64")
    return typed(rows, flights=pa.int64(), late=pa.float64(), first=pa.int64(), longest=pa.int64())


def grouped_arrow(f):
    rows = f.sort_values(["day", "at"], ascending=[True, False], kind="stable", na_position="last")
    share = 1 / rows.groupby("day", dropna=False, sort=False).id.transform("size")
    return typed(rows[["id", "origin", "text", "at"]].assign(share=share), share=pa.float64())


def grouped_iterator(f):
    rows = groups(f, "origin").agg(rows=("id", "size"), ids=("id", "sum")).reset_index()
    return typed(rows, rows=pa.int64(), ids=pa.int64())


def aggregates(f):
    rows = groups(f, "origin", "day").agg(
        mean=("delay", "mean"), latest=("count", "max"), rows=("id", "size")
    )
    return typed(rows.reset_index(), mean=pa.float64(), latest=pa.int64(), rows=pa.int64())


def aggregate_all(f):
    return pa.table({"worst": pa.array([f["count"].max()] if len(f) else [], pa.int64())})


def window_sliding(f):
    rows = ordered(f, "origin", "day", "at")
    values = rows.groupby("origin", dropna=False, sort=False).delay
    mean = values.transform(lambda delay: delay.rolling(4, min_periods=1).mean())
    return typed(rows.assign(mean=mean), mean=pa.float64())


def window_ahead(f):
    rows = ordered(f, "origin")
    sizes = rows.groupby("origin", dropna=False, sort=False).id.transform("size")
    places = rows.groupby("origin", dropna=False, sort=False).cumcount()
    seen = np.minimum(places + 2, sizes - 1) - np.maximum(places - 1, 0) + 1
    return typed(rows.assign(rows=seen), rows=pa.int64())


def window_growing(f):
    rows = f.sort_values("at", ascending=False, kind="stable", na_position="last")
    return typed(rows.assign(rows=np.arange(1, len(rows) + 1)), rows=pa.int64())


def window_unbounded(f):
    rows = ordered(f, "day")
    latest = rows.groupby("day", dropna=False, sort=False)["count"].transform("max")
    return typed(rows.assign(latest=latest), latest=pa.int64())


def per_row(f):
    return typed(f.assign(per_row=f.delay * 10 + f.day.astype("Float64")), per_row=pa.float64())


def per_row_hinted(f):
    return typed(f.assign(joined=f.origin + f.text.fillna("-")), joined=pa.string())


def cogrouped_pandas(f):
    a = frame(airports()) if len(f) else frame(airports()[:0])
    left = f.groupby("origin", dropna=False).size().rename("flights")
    right = a.groupby("code", dropna=False).agg(
        airports=("code", "size"), names=("name", lambda names: " ".join(names.dropna()))
    )
    rows = pd.merge(left, right, how="outer", left_on="origin", right_index=True)
    rows = ordered(rows.reset_index(drop="origin" in rows.columns), "origin")
    rows = rows.assign(
        flights=rows.flights.fillna(0),
        airports=rows.airports.fillna(0),
        names=rows.names.fillna(""),
    )[["origin", "flights", "airports", "names"]]
    return typed(rows, flights=pa.int64(), airports=pa.int64(), names=pa.string())


def cogrouped_arrow(f):
    return cogrouped_pandas(f).select(["flights", "airports"])


def words(f):
    rows = f[["id", "text"]].assign(word=f.text.str.split()).explode("word").dropna(subset="word")
    return typed(
        rows.assign(length=rows.word.str.len())[["word", "length"]],
        word=pa.string(),
        length=pa.int64(),
    )


def words_lateral(f):
    rows = f.assign(word=f.text.str.split()).explode("word").dropna(subset="word")
    return typed(rows.assign(length=rows.word.str.len()), word=pa.string(), length=pa.int64())


def awaited(f):
    return typed(f.assign(awaited=f.delay * 3), awaited=pa.float64())


def read(path: str) -> pa.Table:
    if path.endswith(".parquet"):
        return pq.read_table(path)
    if path.endswith(".csv"):
        options = pyarrow.csv.ConvertOptions(
            strings_can_be_null=True, quoted_strings_can_be_null=False
        )
        return pyarrow.csv.read_csv(path, convert_options=options)
    return pyarrow.feather.read_table(path)


def text(table: pa.Table) -> str:
    return "\n".join(str(row) for row in table.slice(0, 5).to_pylist())


def compare(case: str, source: str, output: str) -> None:
    table = flights(ROWS if source == "flights" else 0)
    expected = globals()[case](frame(table))
    actual = read(output)
    if (
        not output.endswith(".csv")
        and actual.schema.remove_metadata() != expected.schema.remove_metadata()
    ):
        sys.exit(f"the schema is\n{actual.schema}\nand not\n{expected.schema}")
    if actual.column_names != expected.column_names or len(actual) != len(expected):
        sys.exit(
            f"{actual.shape} {actual.column_names}, not {expected.shape} {expected.column_names}"
        )
    for name in expected.column_names:
        wanted, found = expected[name].to_pylist(), actual[name].to_pylist()
        for row, (want, find) in enumerate(zip(wanted, found, strict=True)):
            close = isinstance(want, float) and find is not None and abs(want - find) < 1e-9
            if want != find and not close:
                sys.exit(
                    f"{name}, row {row}: {find!r} and not {want!r}\n{text(actual)}\n{text(expected)}"
                )


if __name__ == "__main__":
    {"write": write, "compare": compare}[sys.argv[1]](*sys.argv[2:])
