"""Write a file with a column of every type, or compare one with what the runner made of it.

``every_type.py write FILE`` and ``every_type.py compare INPUT OUTPUT RESULT_OF [sorted]``: the output must hold the input's columns,
equal in type, nulls and bits, and one more, which equals the column RESULT_OF. Types that Parquet or DuckDB changes are listed below,
with what they become.
"""

import datetime as dt
import decimal
import struct
import sys

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

ROWS = 30_000
CHANGED = {
    "fixed_size_binary[4]": "binary",
    "large_list<item: int32>": "list<item: int32>",
    "fixed_size_list<item: int32>[2]": "list<item: int32>",
    "time32[ms]": "time64[us]",
    "timestamp[ms, tz=UTC]": "timestamp[us, tz=UTC]",
    "timestamp[ms, tz=America/New_York]": "timestamp[us, tz=America/New_York]",
    "halffloat": "float",
}
SORTED = {
    "fixed_size_binary[4]": "binary",
    "large_string": "string",
    "dictionary<values=string, indices=int32, ordered=0>": "string",
}


def floats(fmt: str, bits: list[int], dtype: str) -> np.ndarray:
    """Zeros of both signs, NaNs of several payloads, infinities, subnormals, over and over."""
    return np.frombuffer(struct.pack(f"<{len(bits)}{fmt}", *bits), dtype=dtype)[
        np.arange(ROWS) % len(bits)
    ]


def repeated(values: list, type_: pa.DataType) -> pa.Array:
    return pa.array((values * (ROWS // len(values) + 1))[:ROWS], type_)


def columns(path: str) -> dict[str, pa.Array]:
    days = [dt.date(1, 1, 1), None, dt.date(9999, 12, 31), dt.date(1969, 12, 31)]
    nulls = np.arange(ROWS) % 3 == 0
    made = {
        "id": pa.array(range(ROWS), pa.int64()),
        "double": pa.array(
            floats(
                "Q",
                [0, 1 << 63, 0x7FF8 << 48, 0x7FF8DEAD00000001, 0xFFF8 << 48, 1, 0xFFF << 52],
                "f8",
            )
        ),
        "double_null": pa.array(
            floats("Q", [0, 1 << 63, 0x7FF8 << 48, 0x7FF8DEAD00000001], "f8"), mask=nulls
        ),
        "float": pa.array(floats("I", [0, 1 << 31, 0x7FC00000, 0x7FC0DEAD, 0xFFC00000, 1], "f4")),
        "bool": repeated([True, None, False], pa.bool_()),
        "string": repeated(["a", "", None, "x\0y", "é", "z" * 40], pa.string()),
        "binary": repeated([b"a", b"", None, b"\0\xff"], pa.binary()),
        "fixed_binary": repeated([b"aaaa", None], pa.binary(4)),
        "date": repeated(days, pa.date32()),
        "list": repeated([[1, 2], None, [], [None]], pa.list_(pa.int32())),
        "struct": repeated(
            [{"a": 1, "b": "x"}, None, {"a": None, "b": None}],
            pa.struct({"a": pa.int16(), "b": pa.string()}),
        ),
        "list_of_structs": repeated(
            [[{"a": 1}], None, [], [None]], pa.list_(pa.struct({"a": pa.int16()}))
        ),
    }
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        limits = np.iinfo(name)
        made[name] = repeated([int(limits.min), None, int(limits.max), 1], pa.type_for_alias(name))
    for precision, scale in ((4, 2), (9, 3), (18, 4), (38, 10)):
        values = [decimal.Decimal("1.25"), None, decimal.Decimal("-3.5")]
        made[f"decimal{precision}"] = repeated(values, pa.decimal128(precision, scale))
    for unit, ticks in (
        ("ms", 1234567891234),
        ("us", 1234567891234567),
        ("ns", 1234567891234567891),
    ):
        for zone in (None, "UTC", "America/New_York"):
            made[f"timestamp_{unit}_{zone}"] = repeated(
                [0, -1, None, ticks], pa.timestamp(unit, zone)
            )
    for name, type_, last in (
        ("time_ms", pa.time32("ms"), 86_399_999),
        ("time_us", pa.time64("us"), 86_399_999_999),
        ("time_ns", pa.time64("ns"), 86_399_999_999_999),
    ):
        made[name] = repeated([0, None, last], type_)
    made["duration"] = repeated([0, None, -5, 1 << 60], pa.duration("ns"))
    made["large_string"] = repeated(["a", None, ""], pa.large_string())
    made["map"] = repeated([[("k", 1)], None, [], [("z", None)]], pa.map_(pa.string(), pa.int64()))
    made["category"] = repeated(["b", "a", None], pa.string()).dictionary_encode()
    if path.endswith(".parquet"):
        made["fixed_list"] = repeated([[1, 2], None], pa.list_(pa.int32(), 2))
        made["nothing"] = pa.nulls(ROWS)
    return made


def write(path: str) -> None:
    table = pa.table(columns(path)).replace_schema_metadata({"kept": "as pandas keeps its notes"})
    if path.endswith(".parquet"):
        pq.write_table(table, path, row_group_size=7_000)
    else:
        pyarrow.feather.write_feather(table, path, compression="lz4", chunksize=20_000)


def read(path: str) -> pa.Table:
    return pq.read_table(path) if path.endswith(".parquet") else pyarrow.feather.read_table(path)


def bits(column: pa.ChunkedArray) -> bytes:
    return np.asarray(column.combine_chunks().fill_null(0)).tobytes()


def named_alike(type_: pa.DataType) -> str:
    """The type as pyarrow spells it; what a list or map calls its items is a matter of the file's format."""
    return str(type_).replace("<element: ", "<item: ").replace(" ('map')", "")


def same(expected: pa.ChunkedArray, actual: pa.ChunkedArray, changed: dict[str, str]) -> str:
    wanted = named_alike(expected.type)
    wanted = changed.get(wanted, wanted)
    if named_alike(actual.type) != wanted:
        return f"is {actual.type} and not {wanted}"
    if not expected.is_null().equals(actual.is_null()):
        return "has other nulls"
    if pa.types.is_floating(expected.type):
        return "" if bits(expected) == bits(actual) else "has other bits"
    return "" if expected.to_pylist() == actual.to_pylist() else "has other values"


def compare(source: str, result: str, result_of: str, order: str = "as it was") -> None:
    expected, actual = read(source), read(result)
    names = [*expected.column_names, "result"]
    if actual.column_names != names:
        sys.exit(f"columns {actual.column_names} and not {names}")
    parquet = source.endswith(".parquet") or result.endswith(".parquet")
    changed = CHANGED if parquet else SORTED if order == "sorted" else {}
    found = {name: same(expected[name], actual[name], changed) for name in expected.column_names}
    found["result"] = same(expected[result_of], actual["result"], changed)
    different = [f"{name} {difference}" for name, difference in found.items() if difference]
    if (expected.schema.metadata or {}).get(b"kept") != (actual.schema.metadata or {}).get(b"kept"):
        different.append(f"metadata is {actual.schema.metadata}")
    if different:
        sys.exit("\n".join(different))


if __name__ == "__main__":
    {"write": write, "compare": compare}[sys.argv[1]](*sys.argv[2:])
