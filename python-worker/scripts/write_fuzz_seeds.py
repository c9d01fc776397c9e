"""Write the Arrow streams that fuzzing of the JVM's decoder starts from: one for each kind of type.

Usage: ``write_fuzz_seeds.py DIRECTORY``.
"""

from __future__ import annotations

import decimal
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa

WORDS = ["a", None, "longer than twelve bytes"]
LISTS = [[1, 2], None, [3]]
VALUES: dict[str, tuple[pa.DataType, list[Any]]] = {
    "null": (pa.null(), [None, None, None]),
    "bool": (pa.bool_(), [True, None, False]),
    "int": (pa.int32(), [1, None, -3]),
    "double": (pa.float64(), [0.5, None, float("nan")]),
    "decimal": (pa.decimal128(9, 2), [decimal.Decimal("1.50"), None, decimal.Decimal(0)]),
    "timestamp": (pa.timestamp("us", "UTC"), [0, None, 1]),
    "string": (pa.string(), WORDS),
    "large_string": (pa.large_string(), WORDS),
    "string_view": (pa.string_view(), WORDS),
    "fixed_binary": (pa.binary(3), [b"abc", None, b"xyz"]),
    "list": (pa.list_(pa.int32()), LISTS),
    "large_list": (pa.large_list(pa.int32()), LISTS),
    "list_view": (pa.list_view(pa.int32()), LISTS),
    "fixed_list": (pa.list_(pa.int32(), 2), [[1, 2], None, [3, 4]]),
    "map": (pa.map_(pa.string(), pa.int32()), [[("a", 1)], None, []]),
    "struct": (pa.struct([("a", pa.int32()), ("b", pa.string())]), [{"a": 1}, None, {"b": "x"}]),
    "nested": (pa.list_(pa.list_(pa.string())), [[["a"], None], None, [[]]]),
}


def arrays() -> dict[str, pa.Array]:
    """Return an array of three rows for each name."""
    result = {name: pa.array(values, kind) for name, (kind, values) in VALUES.items()}
    kinds = pa.array([0, 1, 0], pa.int8())
    ints, words = pa.array([1, 2, 3], pa.int32()), pa.array(["a", "b", "c"])
    places = pa.array([0, 0, 1], pa.int32())
    result["sparse_union"] = pa.UnionArray.from_sparse(kinds, [ints, words])
    result["dense_union"] = pa.UnionArray.from_dense(kinds, places, [ints, words])
    result["run_ends"] = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), ints[:2])
    result["dictionary"] = pa.array(WORDS).dictionary_encode()
    result["list_of_dictionary"] = pa.ListArray.from_arrays(
        pa.array([0, 1, 1, 3], pa.int32()), pa.array(WORDS).dictionary_encode()
    )
    return result


def main(directory: Path) -> None:
    """Write each as ``NAME``: the stream of one batch with one column."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, array in arrays().items():
        batch = pa.record_batch([array], names=["c"])
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        (directory / name).write_bytes(sink.getvalue().to_pybytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
