from __future__ import annotations

import pyarrow as pa
import pytest

from reactor_udf._types import parse_schema, parse_type


@pytest.mark.parametrize(
    "kind",
    [
        pa.int8(),
        pa.float64(),
        pa.string(),
        pa.large_string(),
        pa.binary(),
        pa.binary(4),
        pa.bool_(),
        pa.date32(),
        pa.time64("ns"),
        pa.duration("ms"),
        pa.timestamp("us"),
        pa.timestamp("us", "Europe/Berlin"),
        pa.decimal128(10, 2),
        pa.decimal256(50, -2),
        pa.list_(pa.int64()),
        pa.list_(pa.field("item", pa.int64(), nullable=False)),
        pa.large_list(pa.field("element", pa.string())),
        pa.list_(pa.float32(), 3),
        pa.struct([("a", pa.int64()), ("b", pa.list_(pa.timestamp("s", "+01:00")))]),
        pa.map_(pa.string(), pa.int64()),
        pa.dictionary(pa.int8(), pa.string(), ordered=True),
        pa.list_view(pa.int64()),
        pa.large_list_view(pa.list_(pa.int8())),
        pa.run_end_encoded(pa.int16(), pa.struct([("a", pa.timestamp("s", "+01:00"))])),
        pa.dense_union([pa.field("i", pa.int64()), pa.field("s", pa.string())], [3, 5]),
        pa.sparse_union([pa.field("i", pa.list_(pa.int64()))]),
        pa.uuid(),
    ],
    ids=str,
)
def test_what_pyarrow_writes_is_read_back(kind: pa.DataType) -> None:
    assert parse_type(str(kind)) == kind
    field = pa.field("a", kind, nullable=False)
    assert parse_schema(f"a: {kind} not null, b: int8") == pa.schema([field, ("b", pa.int8())])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "int46",
        "list<",
        "map<string>",
        "list<int8, int8>",
        "a: b",
        "dense_union<a: int8>",
        "run_end_encoded<int8>",
        "extension<mine>",
    ],
)
def test_what_is_no_type(text: str) -> None:
    with pytest.raises(ValueError, match=r"type|parts"):
        parse_type(text)
