"""Row-wise functions that fail for some rows, and a batch with a column of every type."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


class BadRow(Exception):
    """Says nothing of the row."""


@udf(returns=pa.int64(), row_wise=True)
def twice(x: pa.Array, bad: list[int]) -> pa.Array:
    for value in x.to_pylist():
        if value in bad:
            raise ValueError(f"no {value}")
    return pc.multiply(x, 2)


@udf(returns=pa.int64(), row_wise=True)
def twice_pandas(x: pd.Series, bad: list[int]) -> pd.Series:
    if x.isin(bad).any():
        raise BadRow
    return x * 2


@udf(returns=pa.int64(), row_wise=True)
def ten_more(y: pa.Array, bad: list[int]) -> pa.Array:
    for value in y.to_pylist():
        if value in bad:
            raise KeyError(value)
    return pc.add(y, 10)


@udf(returns=pa.dictionary(pa.int32(), pa.string()), row_wise=True)
def word(x: pa.Array, bad: list[int]) -> pa.Array:
    if any(value in bad for value in x.to_pylist()):
        raise BadRow
    return pa.array([f"w{value}" for value in x.to_pylist()]).dictionary_encode()


@udf(returns=pa.int8(), row_wise=True)
def narrow(x: pa.Array) -> pa.Array:
    return x


@udf(returns=pa.int64())
def not_row_wise(x: pa.Array) -> pa.Array:
    return x


LONG = "longer than twelve bytes"
LISTS = [[1, 2], None, [], [None], [5, 6, 7], [8]]
PAIRS = [[1, 2], None, [3, 4], [None, 1], [5, 6], [7, 8]]
STRUCTS = [{"a": 1, "b": "x"}, None, {"a": None, "b": None}, {"a": 2, "b": LONG}, None, {"b": ""}]
NUMBERS = [1, None, 3, 4, None, 6]
TYPES = {
    **{f"int{bits}": (NUMBERS, pa.type_for_alias(f"int{bits}")) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (NUMBERS, pa.type_for_alias(f"uint{bits}")) for bits in (8, 16, 32, 64)},
    "half": (NUMBERS, pa.float16()),
    "float": (NUMBERS, pa.float32()),
    "double": (NUMBERS, pa.float64()),
    "bool": ([True, None, False, True, None, True], pa.bool_()),
    "decimal": ([Decimal("1.25"), None] * 3, pa.decimal128(5, 2)),
    "decimal256": ([Decimal("1.25"), None] * 3, pa.decimal256(50, 2)),
    "date32": (NUMBERS, pa.date32()),
    "date64": ([86_400_000, None] * 3, pa.date64()),
    "time32": (NUMBERS, pa.time32("ms")),
    "time64": (NUMBERS, pa.time64("ns")),
    "timestamp": (NUMBERS, pa.timestamp("us")),
    "timestamp_zone": (NUMBERS, pa.timestamp("ns", "UTC")),
    "duration": (NUMBERS, pa.duration("s")),
    "interval": ([(1, 2, 3), None] * 3, pa.month_day_nano_interval()),
    **{
        name: (["a", None, "", LONG, "é", "z"], pa.type_for_alias(name))
        for name in ("string", "large_string", "string_view")
    },
    **{
        name: ([b"a", None, b"", LONG.encode(), b"\xff", b"z"], pa.type_for_alias(name))
        for name in ("binary", "large_binary", "binary_view")
    },
    "fixed_binary": ([b"aa", None, b"bb"] * 2, pa.binary(2)),
    "null": ([None] * 6, pa.null()),
    "list": (LISTS, pa.list_(pa.int32())),
    "large_list": (LISTS, pa.large_list(pa.int32())),
    "list_view": (LISTS, pa.list_view(pa.int32())),
    "large_list_view": (LISTS, pa.large_list_view(pa.int32())),
    "fixed_list": (PAIRS, pa.list_(pa.int32(), 2)),
    "list_of_fixed_lists": (
        [PAIRS[:1], None, [], [None], PAIRS, PAIRS[2:]],
        pa.list_(pa.list_(pa.int16(), 2)),
    ),
    "list_of_views": ([["a"], None, [], [None], [LONG], ["x", LONG]], pa.list_(pa.string_view())),
    "list_of_lists": (
        [[[1]], None, [], [None], [[2], [3, 4]], [[]]],
        pa.list_(pa.list_(pa.int16())),
    ),
    "struct": (STRUCTS, pa.struct({"a": pa.int16(), "b": pa.string()})),
    "list_of_structs": (
        [[{"a": 1}], None, [], [None], [{"a": 2}] * 2, [{}]],
        pa.list_(pa.struct({"a": pa.int8()})),
    ),
    "map": (
        [[("k", 1)], None, [], [("z", None)], [("a", 1), ("b", 2)], []],
        pa.map_(pa.string(), pa.int64()),
    ),
    "dictionary": (["b", "a", None, "b", "c", "a"], pa.dictionary(pa.int8(), pa.string())),
    "list_of_dictionaries": (
        [["b"], None, [], [None], ["c", "a"], ["a"]],
        pa.list_(pa.dictionary(pa.int8(), pa.string())),
    ),
}


def every_column() -> dict[str, pa.Array]:
    types = pa.array([0, 1, 0, 1, 0, 1], pa.int8())
    return {
        "x": pa.array(range(6), pa.int64()),
        **{name: pa.array(values, type_) for name, (values, type_) in TYPES.items()},
        "runs": pa.RunEndEncodedArray.from_arrays(
            pa.array([2, 5, 6], pa.int32()), pa.array(["a", None, "c"])
        ),
        "dense_union": pa.UnionArray.from_dense(
            types,
            pa.array([0, 0, 1, 1, 2, 2], pa.int32()),
            [pa.array([1, 2, None]), pa.array(["a", "b", "c"])],
        ),
        "sparse_union": pa.UnionArray.from_sparse(
            types, [pa.array([1, 2, 3, 4, 5, 6]), pa.array(list("abcdef"))]
        ),
    }


@udf(returns=pa.record_batch(every_column()).schema)
def every_type(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for _ in batches:
        yield pa.record_batch(every_column())
