"""Arrow functions that the tests evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns=pa.int64())
def plus_one(x: pa.Array) -> pa.Array:
    return pc.add(x, 1)


@udf(returns=pa.int64())
def add(x: pa.Array, y: pa.Array, factor: int = 1) -> pa.Array:
    return pc.multiply(pc.add(x, y), factor)


@udf(returns=pa.float64())
def same_float(f: pa.DoubleArray) -> pa.DoubleArray:
    return f


@udf(returns=pa.int64())
def keyword_columns(factor: int, x: pa.Array, *, y: pa.Array) -> pa.Array:
    return pc.multiply(pc.subtract(x, y), factor)


@udf(returns=pa.int64())
def sum_all(*columns: pa.Array) -> pa.Array:
    total = columns[0]
    for column in columns[1:]:
        total = pc.add(total, column)
    return total


@udf(returns=pa.string())
def chunked(x: pa.Array) -> pa.ChunkedArray:
    text = x.cast(pa.string())
    return pa.chunked_array([text.slice(0, 1), text.slice(1)])


@udf(returns=pa.dictionary(pa.int32(), pa.string()))
def same_category(c: pa.Array) -> pa.Array:
    return c


@udf(returns="list<item: struct<a: string>>")
def same_nested(value: pa.Array) -> pa.Array:
    return value


@udf
def returns_given(value: pa.Array, what: Any) -> pa.Array:
    """Return what the test asks for: the result is promised in Java."""
    results: dict[str, Any] = {
        "int32": pa.array([1] * len(value), pa.int32()),
        "big": pa.array([1 << 40] * len(value)),
        "half": pa.array([0.5] * len(value)),
        "string": pa.array(["a"] * len(value)),
        "null": pa.nulls(len(value)),
        "short": value.slice(1),
        "scalar": pa.scalar(1),
        "none": None,
        "list": [1],
    }
    return results[what]


@udf(returns=pa.int64())
def running(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Add the rows before a batch to it: state from batch to batch."""
    seen = 0
    for array in values:
        yield pc.add(array, seen)
        seen += len(array)


@udf(returns=pa.int64())
def rebatch(values: Iterator[pa.Array], rows: int) -> Iterator[pa.Array]:
    """Yield batches of ``rows`` rows, and what is left."""
    rest: pa.Array = pa.array([], pa.int64())
    for array in values:
        rest = pa.concat_arrays([rest, array])
        while len(rest) >= rows:
            yield rest.slice(0, rows)
            rest = rest.slice(rows)
    yield rest


@udf(returns=pa.int64())
def sums(values: Iterator[tuple[pa.Array, ...]]) -> Iterator[pa.Array]:
    for columns in values:
        yield pc.add(columns[0], columns[1])


@udf(returns=pa.int64())
def first_only(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield next(values)


@udf(returns=pa.int64())
def too_many(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for array in values:
        yield pa.concat_arrays([array, array])


@udf(returns=pa.int64())
def too_few(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for array in values:
        yield array.slice(1)


@udf(returns=pa.int64())
def not_an_iterator(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    return 3  # type: ignore[return-value]


@udf(returns=pa.int64())
def pairs(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Read two batches, then give two."""
    for first in values:
        second = next(values, None)
        yield first
        if second is not None:
            yield second


@udf(returns=pa.int64())
def read_all(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from list(values)


@udf(returns=pa.schema([("b", pa.string()), ("a", pa.int64())]))
def swap(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the promised columns in another order, and in other widths."""
    for batch in batches:
        yield pa.record_batch(
            {
                "a": batch["x"].cast(pa.int32()),
                "b": batch["x"].cast(pa.large_string()),
            }
        )


@udf(returns="x: int64")
def expand(batches: Iterator[pa.RecordBatch], times: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for _ in range(times):
            yield batch.select(["x"])


@udf(returns="x: int64")
def ignore_input(batches: Iterator[pa.RecordBatch], count: int) -> Iterator[pa.RecordBatch]:
    for number in range(count):
        yield pa.record_batch({"x": [number]})


@udf(returns="rows: int64")
def count_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    rows = sum(batch.num_rows for batch in batches)
    yield pa.record_batch({"rows": pa.array([], pa.int64())})
    yield pa.record_batch({"rows": [rows]})


@udf(returns="a: int64, b: string not null")
def yields_given(batches: Iterator[pa.RecordBatch], what: str) -> Iterator[pa.RecordBatch]:
    results: dict[str, Any] = {
        "missing": {"a": [1]},
        "extra": {"a": [1], "b": ["x"], "c": [1]},
        "type": {"a": ["x"], "b": ["x"]},
        "null": {"a": [1], "b": pa.array([None], pa.string())},
    }
    for _ in batches:
        yield pa.table(results["missing"]) if what == "table" else pa.record_batch(results[what])
